import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Client } from 'openapi-fetch'
import { api, ok } from '@/lib/api'
import type { Drilled, DrillParams, FigureQuery, FigureTable } from './types'

// The operations about figures, in the shape openapi-typescript gives.
// When the generated types have them, `figures` is `api`.

type Page<T> = { items: T[]; next?: string }

interface Get<Query, Answer> {
  get: {
    parameters: { query: Query }
    responses: {
      200: { content: { 'application/json': Answer } }
      default: { content: { 'application/problem+json': unknown } }
    }
  }
}

type DrillQuery = DrillParams & { figure: string; cursor?: string; limit?: number }

interface FigurePaths {
  '/api/v1/figures': Get<FigureQuery, FigureTable>
  '/api/v1/figures/interactions': Get<DrillQuery, Page<Drilled>>
  '/api/v1/board/drill': Get<DrillQuery, Page<Drilled>>
}

const figures = api as unknown as Client<FigurePaths>

const fresh = 30_000 // figures of today go on; those of the past may be corrected

/** The table of figures for a question; the one before stays until it is here. */
export const figuresQuery = (query: FigureQuery) =>
  queryOptions({
    queryKey: ['figures', query],
    queryFn: ({ signal }) => ok(figures.GET('/api/v1/figures', { params: { query }, signal })),
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
      return source === 'board' ? ok(figures.GET('/api/v1/board/drill', { params: { query }, signal })) : ok(figures.GET('/api/v1/figures/interactions', { params: { query }, signal }))
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next || undefined,
    staleTime: fresh,
  })
