import { ResourceList } from '@/kit/resource/ResourceList'
import type { Resource } from '@/kit/resource/schema'
import type { Thing } from '../types'
import { useSearchState } from './useSearchState'

/** The page of one kind of thing, with its state in the address. */
export function AdminList<Item extends Thing, Input extends object>({ resource }: { resource: Resource<Item, Input> }) {
  const [search, setSearch] = useSearchState()
  return <ResourceList resource={resource} search={search} onSearch={setSearch} />
}
