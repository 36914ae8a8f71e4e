import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { keys } from './caches'
import type { CaseQuery, CaseRow } from './types'

const pageOfRows = 100 // the most that the server gives at once
const cardsOfColumn = 50
const pageOfNotes = 30
const mostFound = 8
const setupStale = 10 * 60_000

// Frames keep these fresh only while a screen of cases is shown, so each is asked again when one is opened.
const fresh = { staleTime: 0 } as const

export const listQuery = (query: CaseQuery) =>
  infiniteQueryOptions({
    ...fresh,
    queryKey: keys.list(query),
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/cases', { params: { query: { ...query, limit: pageOfRows, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })

export const boardQuery = (query: CaseQuery) =>
  queryOptions({
    ...fresh,
    queryKey: keys.board(query),
    queryFn: () => ok(api.GET('/api/v1/cases/board', { params: { query: { view: query.view, brand: query.brand, limit: cardsOfColumn } } })),
    placeholderData: keepPreviousData,
  })

export const countsQuery = (brand: string | undefined) =>
  queryOptions({ ...fresh, queryKey: [...keys.counts, brand], queryFn: () => ok(api.GET('/api/v1/cases/counts', { params: { query: { brand } } })), placeholderData: keepPreviousData })

export const caseQuery = (id: string) => queryOptions({ ...fresh, queryKey: keys.detail(id), queryFn: () => ok(api.GET('/api/v1/cases/{id}', { params: { path: { id } } })) })

/** The cases that a conversation belongs to, newest first. */
export const besideQuery = (conversation: string) =>
  queryOptions({
    ...fresh,
    queryKey: keys.of(conversation),
    queryFn: async (): Promise<readonly CaseRow[]> => (await ok(api.GET('/api/v1/conversations/{id}/cases', { params: { path: { id: conversation } } }))).items,
  })

export const notesQuery = (id: string) =>
  infiniteQueryOptions({
    ...fresh,
    queryKey: keys.notes(id),
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/cases/{id}/notes', { params: { path: { id }, query: { limit: pageOfNotes, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })

/** Every status, those out of use too: cases may still have them. */
export const statusesQuery = queryOptions({
  queryKey: ['case-statuses'],
  queryFn: async () => (await ok(api.GET('/api/v1/case-statuses', { params: { query: { archived: true } } }))).items,
  staleTime: setupStale,
})

/** What is asked of the cases of a brand beside the usual. */
export const fieldsQuery = (brand: string) =>
  queryOptions({
    queryKey: ['case-fields', brand],
    queryFn: async () => (await ok(api.GET('/api/v1/case-fields', { params: { query: { brand } } }))).items,
    staleTime: setupStale,
  })

/** Cases by their number or the beginning of their subject, open ones first. */
export const foundQuery = (q: string, brand?: string) =>
  queryOptions({
    ...fresh,
    queryKey: ['cases', 'found', q, brand],
    queryFn: async () => {
      const ask = (category?: 'done') => ok(api.GET('/api/v1/cases', { params: { query: { view: 'all', q: q || undefined, brand, category, limit: mostFound } } }))
      const [open, done] = await Promise.all([ask(), q ? ask('done') : undefined])
      return [...open.items, ...(done?.items ?? [])]
    },
    placeholderData: keepPreviousData,
  })

/** Who can own a case, by what was typed of their name. */
export const peopleQuery = (q: string) =>
  queryOptions({
    queryKey: ['case-people', q],
    queryFn: async () => (await ok(api.GET('/api/v1/users', { params: { query: { q: q || undefined, limit: 50 } } }))).items.map(({ id, name }) => ({ id, name })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })

export const answerQuery = (id: string, answer: string) =>
  queryOptions({ ...fresh, queryKey: keys.answer(id, answer), queryFn: () => ok(api.GET('/api/v1/cases/{id}/answers/{answer}', { params: { path: { id, answer } } })) })
