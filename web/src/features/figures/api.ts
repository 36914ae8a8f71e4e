import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import type { DrillParams, FigureQuery } from './types'

const fresh = 30_000 // figures of today go on; those of the past may be corrected

/** The table of figures for a question; the one before stays until it is here. */
export const figuresQuery = (query: FigureQuery) =>
  queryOptions({
    queryKey: ['figures', query],
    queryFn: ({ signal }) => ok(api.GET('/api/v1/figures', { params: { query }, signal })),
    staleTime: fresh,
    placeholderData: keepPreviousData,
  })

/** Where the table lies as a file for spreadsheets. */
export function csvAddress(query: FigureQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return `/api/v1/figures.csv?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`
}

/** Which right the rows behind a figure are read by. */
export type DrillSource = 'board' | 'figures'

const pageSize = 50

/** The very interactions that a figure counts, a page at a time. */
export const drillQuery = (source: DrillSource, figure: string, params: DrillParams) =>
  infiniteQueryOptions({
    queryKey: ['figures', 'rows', source, figure, params],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...params, figure, limit: pageSize, cursor: pageParam }
      return source === 'board' ? ok(api.GET('/api/v1/board/drill', { params: { query }, signal })) : ok(api.GET('/api/v1/figures/interactions', { params: { query }, signal }))
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    staleTime: fresh,
  })
