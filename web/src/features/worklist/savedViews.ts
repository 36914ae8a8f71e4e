import { queryOptions } from '@tanstack/react-query'
import { type Schemas, api, ok } from '@/lib/api'
import type { WorklistSearch } from './search'

export type Saved = Schemas['SavedViewBody']
export type SavedList = Schemas['ViewListOutputBody']

/** With whom a view is shared, as one choice: own, all, or a team's key. */
export type SharedWith = string

export const savedKey = ['saved-views'] as const
export const savedQuery = queryOptions({ queryKey: savedKey, queryFn: () => ok(api.GET('/api/v1/saved-views')), staleTime: 60_000 })

/** The address that a saved view stands for. The open conversation stays open. */
export const searchOf = ({ query: q }: Pick<Saved, 'query'>, c: string | undefined): WorklistSearch => ({ view: q.view, q: q.q, queue: q.queue_id, brand: q.brand_id, channel: q.channel, sort: q.sort, c })

/** What is kept of an address. */
export const keptOf = ({ view = 'mine', q, queue, brand, channel, sort }: WorklistSearch): Saved['query'] => ({ view, q, queue_id: queue, brand_id: brand, channel, sort })

const same = ['view', 'q', 'queue_id', 'brand_id', 'channel', 'sort'] as const

/** Whether an address shows just what a saved view keeps. */
export const shows = (search: WorklistSearch, { query }: Pick<Saved, 'query'>) => {
  const kept = keptOf(search)
  return same.every((k) => (kept[k] ?? '') === (query[k] ?? ''))
}

export const sharedWithOf = (v: Pick<Saved, 'shared' | 'team_id'>): SharedWith => (v.shared === 'team' ? (v.team_id ?? '') : v.shared)

export const sharingOf = (choice: SharedWith): Pick<Schemas['SavedViewFields'], 'shared' | 'team_id'> => (choice === 'own' || choice === 'all' ? { shared: choice } : { shared: 'team', team_id: choice })

/** The reader's own views and those that others share, each in the order of names. */
export const partsOf = (all: readonly Saved[]) => ({ mine: all.filter((v) => v.mine), others: all.filter((v) => !v.mine) })
