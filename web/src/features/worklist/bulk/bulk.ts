import { api, ok } from '@/lib/api'
import { type ActName, actsFor } from '../../conversation/rights'
import type { Row } from '../../conversation/types'

/** What can be done with many conversations at once. */
export type BulkAct = { kind: 'resolve' } | { kind: 'park' } | { kind: 'transfer'; queue: string }
export type BulkKind = BulkAct['kind']

/** How far one conversation has come; what failed says why. */
export type Outcome = { state: 'waiting' | 'running' | 'done' } | { state: 'skipped' } | { state: 'failed'; error: unknown }

/** How many are taken at once; more would be a mistake more often than a wish. */
export const mostSelected = 100

const needs: Record<BulkKind, readonly ActName[]> = { resolve: ['resolve', 'finish'], park: ['park'], transfer: ['transfer'] }

/** Whether a conversation can be part of an act, as it stands and by what the person may do. */
export function fits(row: Row, kind: BulkKind, session: Parameters<typeof actsFor>[1]): boolean {
  const may = actsFor(row, session)
  return needs[kind].some((name) => may.has(name))
}

/** Does an act to one conversation by the operations that one alone would need. */
export async function bulkAct(row: Row, act: BulkAct): Promise<void> {
  const params = { path: { id: row.interaction_id ?? '' } }
  switch (act.kind) {
    case 'resolve':
      if (row.state !== 'wrap_up') await ok(api.POST('/api/v1/interactions/{id}/end', { params }))
      await ok(api.POST('/api/v1/interactions/{id}/finish', { params, body: {} }))
      return
    case 'park':
      await ok(api.POST('/api/v1/interactions/{id}/park', { params, body: {} }))
      return
    case 'transfer':
      await ok(api.POST('/api/v1/interactions/{id}/transfer', { params, body: { queue_id: act.queue } }))
  }
}

/** Goes through the rows one after another, telling how each ends, until all are through or it is stopped. */
export async function runBulk(rows: readonly Row[], act: (row: Row) => Promise<void>, tell: (id: string, outcome: Outcome) => void, signal: AbortSignal): Promise<void> {
  for (const row of rows) {
    if (signal.aborted) return
    tell(row.id, { state: 'running' })
    try {
      // One at a time: the server is asked no more than a person alone would ask it.
      // oxlint-disable-next-line no-await-in-loop
      await act(row)
      tell(row.id, { state: 'done' })
    } catch (error) {
      tell(row.id, { state: 'failed', error })
    }
  }
}

/** Rows chosen by a click with the shift key: from the anchor to the one clicked, as they stand. */
export function rangeOf(rows: readonly Row[], anchor: string | undefined, to: string): string[] {
  const end = rows.findIndex((r) => r.id === to)
  const start = rows.findIndex((r) => r.id === anchor)
  if (end < 0) return []
  return rows.slice(Math.min(start < 0 ? end : start, end), Math.max(start, end) + 1).map((r) => r.id)
}
