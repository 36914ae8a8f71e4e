import { Problem, api, ok } from '@/lib/api'
import type { Values } from '@/lib/i18n/keys'
import { type ActName, actsFor } from '../../conversation/rights'
import type { Row } from '../../conversation/types'

/** What can be done with many conversations at once, with what each of the acts takes. */
export type BulkAct = { kind: 'resolve'; disposition?: string; note?: string } | { kind: 'park'; until?: Date } | { kind: 'transfer'; queue: string; note?: string }
export type BulkKind = BulkAct['kind']

/** How it went with one conversation; what was not done says why. */
export type Outcome = { done: true } | { done: false; code: string; field?: string; values?: Values } | { done: false; error: unknown }

/** How an act on many went, for each of them. */
export interface Report {
  kind: BulkKind
  lines: readonly { row: Row; outcome: Outcome }[]
}

/** How many the operation takes at once; more would be a mistake more often than a wish. */
export const mostSelected = 100

const needs: Record<BulkKind, readonly ActName[]> = { resolve: ['resolve', 'finish'], park: ['park'], transfer: ['transfer'] }

/** Whether a conversation can be part of an act, as it stands and by what the person may do. */
export function fits(row: Row, kind: BulkKind, session: Parameters<typeof actsFor>[1]): boolean {
  const may = actsFor(row, session)
  return needs[kind].some((name) => may.has(name))
}

type Body = Omit<NonNullable<Parameters<typeof ask>[0]>, 'ids'>

const ask = (body: { ids: string[]; act: 'resolve' | 'snooze' | 'resume' | 'transfer'; until?: string; queue_id?: string; disposition_id?: string; note?: string }, keepalive: boolean) =>
  ok(api.POST('/api/v1/conversations/bulk', { body, keepalive }))

function bodyOf(act: BulkAct): Body {
  switch (act.kind) {
    case 'resolve':
      return { act: 'resolve', disposition_id: act.disposition, note: act.note || undefined }
    case 'park':
      return { act: 'snooze', until: act.until?.toISOString() }
    case 'transfer':
      return { act: 'transfer', queue_id: act.queue, note: act.note || undefined }
  }
}

/** Does an act to many conversations in one request and answers how it went with each; it does not throw. */
export function doBulk(ids: readonly string[], act: BulkAct, leaving = false): Promise<ReadonlyMap<string, Outcome>> {
  return outcomesOf(ids, bodyOf(act), leaving)
}

/** Takes up again what was parked by an act on many. */
export function resumeAll(ids: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
  return outcomesOf(ids, { act: 'resume' }, false)
}

async function outcomesOf(ids: readonly string[], body: Body, leaving: boolean): Promise<ReadonlyMap<string, Outcome>> {
  try {
    const { items } = await ask({ ...body, ids: [...ids] }, leaving)
    const told = new Map(items.map((i): [string, Outcome] => [i.id, i.done ? { done: true } : { done: false, code: i.code ?? 'internal', field: i.field, values: i.values as Values | undefined }]))
    return new Map(ids.map((id) => [id, told.get(id) ?? { done: false, error: new Problem({}) }]))
  } catch (error) {
    return new Map(ids.map((id) => [id, { done: false, error }]))
  }
}

/** Rows chosen by a click with the shift key: from the anchor to the one clicked, as they stand. */
export function rangeOf(rows: readonly Row[], anchor: string | undefined, to: string): string[] {
  const end = rows.findIndex((r) => r.id === to)
  const start = rows.findIndex((r) => r.id === anchor)
  if (end < 0) return []
  return rows.slice(Math.min(start < 0 ? end : start, end), Math.max(start, end) + 1).map((r) => r.id)
}
