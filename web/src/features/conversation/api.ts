import { type QueryClient, queryOptions, skipToken } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { type ListState, addPage, emptyList, mergeFresh } from '../worklist/list'
import { type Typing, findRow, keys } from './caches'
import { type Entries, hasOlder, mergeEntries, refreshEntries } from './entries'
import type { Detail, ListQuery, QueueRules, Viewer } from './types'

const pageOfRows = 100 // the most that the server gives at once
const mostRefreshed = 1000 // rows that a refresh brings back; the rest comes by scrolling
const mostListed = 100 // names of dispositions, and of queues at once
const mostQueuePages = 20
const pageOfEntries = 50
const mostEntries = 200 // the most that the server gives at once
const beforeUnread = 10 // entries shown above the first unread one

const askRows = (query: ListQuery, cursor?: string) => ok(api.GET('/api/v1/conversations', { params: { query: { ...query, limit: pageOfRows, cursor } } }))

/** A list of conversations: as many of its rows as were shown before, at least one page. */
export const listQuery = (query: ListQuery) =>
  queryOptions({
    queryKey: keys.list(query),
    queryFn: async ({ client }): Promise<ListState> => {
      const held = () => client.getQueryData<ListState>(keys.list(query))
      const before = held() ?? emptyList
      const shown = Math.min(before.rows.length, mostRefreshed)
      let list = addPage(emptyList, await askRows(query), query.sort)
      // Each page begins where the one before it ended.
      // oxlint-disable-next-line no-await-in-loop
      while (list.next && list.rows.length < shown) list = addPage(list, await askRows(query, list.next), query.sort)
      return mergeFresh(held() ?? emptyList, before, list, query.sort)
    },
  })

/** Adds the next page of a list, if there is one and nobody is bringing it already. */
export async function loadMore(cache: QueryClient, query: ListQuery, under: Set<string>): Promise<void> {
  const key = keys.list(query)
  const next = cache.getQueryData<ListState>(key)?.next
  if (!next || under.has(next)) return
  under.add(next)
  try {
    const page = await askRows(query, next)
    cache.setQueryData<ListState>(key, (now) => (now?.next === next ? addPage(now, page, query.sort) : now))
  } finally {
    under.delete(next)
  }
}

export const countsQuery = queryOptions({ queryKey: keys.counts, queryFn: () => ok(api.GET('/api/v1/conversations/counts')) })

/** One conversation; what a list knows of it shows until it is here. */
export const detailQuery = (id: string, cache: QueryClient) =>
  queryOptions<Detail>({
    queryKey: keys.detail(id),
    queryFn: () => ok(api.GET('/api/v1/conversations/{id}', { params: { path: { id } } })),
    placeholderData: () => findRow(cache, id),
  })

const askEntries = async (id: string, query: { before_seq?: number; after_seq?: number; limit: number }) =>
  (await ok(api.GET('/api/v1/conversations/{id}/entries', { params: { path: { id }, query } }))).items

/** The newest entries, back to the first unread one. */
export const entriesQuery = (id: string) =>
  queryOptions({
    queryKey: keys.entries(id),
    staleTime: 0, // frames keep it fresh only while somebody looks at it
    queryFn: async ({ client }): Promise<Entries> => {
      const unread = findRow(client, id)?.unread ?? 0
      const limit = Math.min(Math.max(pageOfEntries, unread + beforeUnread), mostEntries)
      const newest = await askEntries(id, { limit })
      return refreshEntries(client.getQueryData<Entries>(keys.entries(id)) ?? [], newest)
    },
  })

/** Brings older entries; answers whether there may be more. */
export async function loadOlder(cache: QueryClient, id: string): Promise<boolean> {
  const known = cache.getQueryData<Entries>(keys.entries(id)) ?? []
  if (!hasOlder(known)) return false
  const older = await askEntries(id, { before_seq: known[0]!.seq, limit: pageOfEntries })
  cache.setQueryData<Entries>(keys.entries(id), (now = []) => mergeEntries(now, older))
  return older.length > 0 && hasOlder(older)
}

/** Who types in a conversation; only live frames know. */
export const typingQuery = (id: string) => queryOptions<Typing[]>({ queryKey: keys.typing(id), queryFn: skipToken, staleTime: Infinity })

/** Who looks at a conversation; only live frames know. */
export const viewersQuery = (id: string) => queryOptions<Viewer[]>({ queryKey: keys.viewers(id), queryFn: skipToken, staleTime: Infinity })

/** The rules of the queue in which a conversation is. */
export const queueQuery = (id: string | undefined) =>
  queryOptions({
    queryKey: ['queue', id],
    queryFn: id ? () => ok(api.GET('/api/v1/queues/{id}', { params: { path: { id } } })) : skipToken,
    staleTime: 10 * 60_000,
  })

/** The queues that the person may filter by. */
export const queuesQuery = queryOptions({
  queryKey: ['queues', 'names'],
  queryFn: async () => {
    const items: QueueRules[] = []
    let cursor: string | undefined
    for (let n = 0; n < mostQueuePages; n++) {
      // Each page begins where the one before it ended.
      // oxlint-disable-next-line no-await-in-loop
      const page = await ok(api.GET('/api/v1/queues', { params: { query: { limit: mostListed, cursor } } }))
      items.push(...page.items)
      cursor = page.next
      if (!cursor) break
    }
    return items
  },
  staleTime: 10 * 60_000,
})

export const dispositionsQuery = (queue: string | undefined) =>
  queryOptions({
    queryKey: ['dispositions', queue],
    queryFn: queue ? async () => (await ok(api.GET('/api/v1/dispositions', { params: { query: { queue, limit: mostListed } } }))).items : skipToken,
    staleTime: 10 * 60_000,
  })

/** The canned replies of a brand that match, in the customer's language where they have it. */
export const cannedQuery = (brand: string, language: string | undefined, q: string) =>
  queryOptions({
    queryKey: ['canned', 'pick', brand, language, q],
    queryFn: async () => (await ok(api.GET('/api/v1/canned', { params: { query: { brand, language, q: q || undefined, limit: 20 } } }))).items,
    placeholderData: (before) => before,
  })

export const colleaguesQuery = (conversation: string, q: string) =>
  queryOptions({
    queryKey: ['colleagues', conversation, q],
    queryFn: async () => (await ok(api.GET('/api/v1/conversations/{id}/colleagues', { params: { path: { id: conversation }, query: { q: q || undefined } } }))).items,
    placeholderData: (before) => before,
  })

export const targetsQuery = (interaction: string, q: string) =>
  queryOptions({
    queryKey: ['transfer-targets', interaction, q],
    queryFn: () => ok(api.GET('/api/v1/transfer-targets', { params: { query: { interaction, q: q || undefined } } })),
    placeholderData: (before) => before,
    staleTime: 0,
  })
