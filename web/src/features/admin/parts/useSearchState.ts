import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ResourceSearch } from '@/kit/resource/schema'

/** The state of an administration page, kept in its address. */
export function useSearchState<Search extends object = ResourceSearch>(): [Search, (next: Search) => void] {
  const search: unknown = useSearch({ strict: false })
  const navigate = useNavigate()
  return [search as Search, (next) => void navigate({ to: '.', search: next as never, replace: true })]
}
