import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { placeOnBoard, findOnBoard } from './rows'
import type { Board, CaseDetail, CaseQuery, CaseRow } from './types'

/** Names of what the desk keeps of cases in the cache. */
export const keys = {
  all: ['cases'] as const,
  lists: ['cases', 'list'] as const,
  list: (query: CaseQuery) => ['cases', 'list', query] as const,
  boards: ['cases', 'board'] as const,
  board: (query: CaseQuery) => ['cases', 'board', query] as const,
  counts: ['cases', 'counts'] as const,
  beside: ['cases', 'of'] as const,
  of: (conversation: string) => ['cases', 'of', conversation] as const,
  one: (id: string) => ['case', id] as const,
  detail: (id: string) => ['case', id, 'detail'] as const,
  notes: (id: string) => ['case', id, 'notes'] as const,
  answer: (id: string, answer: string) => ['case', id, 'answer', answer] as const,
}

export interface Page {
  items: CaseRow[]
  next?: string
}

/** Changes a case wherever it is shown. Nothing leaves its place in a list by this; on a board it goes to its column. */
export function patchCase(cache: QueryClient, id: string, part: Partial<CaseRow>) {
  const change = (r: CaseRow) => (r.id === id ? { ...r, ...part } : r)
  cache.setQueriesData<InfiniteData<Page>>({ queryKey: keys.lists }, (now) => now && { ...now, pages: now.pages.map((p) => ({ ...p, items: p.items.map(change) })) })
  cache.setQueriesData<readonly CaseRow[]>({ queryKey: keys.beside }, (now) => now?.map(change))
  cache.setQueriesData<Board>({ queryKey: keys.boards }, (now) => {
    const found = now && findOnBoard(now, id)
    return found ? placeOnBoard(now, { ...found, ...part }) : now
  })
  cache.setQueryData<CaseDetail>(keys.detail(id), (now) => now && { ...now, ...part })
}

/** Changes what stands around a case. */
export function patchDetail(cache: QueryClient, id: string, change: (now: CaseDetail) => CaseDetail) {
  cache.setQueryData<CaseDetail>(keys.detail(id), (now) => now && change(now))
}
