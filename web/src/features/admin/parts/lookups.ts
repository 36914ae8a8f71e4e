import { useQuery } from '@tanstack/react-query'
import { useSession } from '@/lib/session'
import type { Option } from '@/kit/Choose'
import type { Every } from '../api'
import type { Named } from '../types'

/** The names of things by id; undefined while they load and for what one may not see. */
export function useNames<T extends Named>(every: Every<T>): (id: string | undefined) => string | undefined {
  const { data } = useQuery(every)
  const names = new Map(data?.map((item) => [item.id, item.name]))
  return (id) => (id === undefined ? undefined : names.get(id))
}

/** Things as options to choose. */
export function useChoices<T extends Named>(every: Every<T>, keep: (item: T) => boolean = () => true): Option[] {
  const { data } = useQuery(every)
  return (data ?? []).filter(keep).map((item) => ({ value: item.id, label: item.name }))
}

/** The brands that the person works for; their names need no request. */
export function useBrands() {
  const brands = useSession()?.brands ?? []
  const find = (id: string | undefined) => brands.find((b) => b.id === id)
  return { brands, find, nameOf: (id: string | undefined) => find(id)?.name, options: brands.map((b) => ({ value: b.id, label: b.name })) }
}
