import { useQueryClient } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { useToasts } from '@/kit/toast'
import { keys } from '../../conversation/caches'
import { useDesk } from '../../conversation/desk'
import type { Row } from '../../conversation/types'
import { type BulkAct, type BulkKind, type Outcome, doBulk, resumeAll } from './bulk'
import { BulkRun } from './run'

const expected = { resolve: { state: 'closed' }, transfer: { state: 'queued', agent: undefined } } as const satisfies Record<string, Partial<Row>>

/** Does an act to many conversations, to be taken back where the same act on one can be; what was not done is reported. */
export function useBulk(): (act: BulkAct, rows: readonly Row[]) => Promise<void> {
  const t = useT()
  const client = useQueryClient()
  const { cache, held, reports } = useDesk()
  const toasts = useToasts()

  const refresh = (rows: readonly Row[]) => {
    for (const queryKey of [keys.lists, keys.counts, ...rows.map((r) => keys.one(r.id))]) void client.invalidateQueries({ queryKey })
  }
  const settle = (kind: BulkKind, rows: readonly Row[], outcomes: ReadonlyMap<string, Outcome>, look: Partial<Row>) => {
    const lines = rows.flatMap((row) => {
      const outcome = outcomes.get(row.id)
      return outcome ? [{ row, outcome }] : []
    })
    for (const { row, outcome } of lines) if (outcome.done) cache.patch(row.id, look)
    refresh(rows)
    if (lines.some((l) => !l.outcome.done)) reports.show({ kind, lines })
    return lines.flatMap((l) => (l.outcome.done ? [l.row] : []))
  }
  const park = async (act: BulkAct, rows: readonly Row[]) => {
    const ids = rows.map((r) => r.id)
    const done = settle('park', rows, await doBulk(ids, act), { state: 'parked' })
    if (done.length === 0) return
    const undo = async () => void settle('park', done, await resumeAll(done.map((r) => r.id)), { state: 'active' })
    toasts.show({ kind: 'done', text: t('desk.bulk.park.done', { count: done.length }), undo: () => void undo() })
  }
  return async (act, chosen) => {
    // What is still held back of a single one goes first; where that fails there is nothing more to do.
    const flushed = await Promise.all(chosen.map((r) => held.flush(r.id)))
    const rows = chosen.filter((_, i) => flushed[i])
    reports.show(undefined)
    if (rows.length === 0) return
    if (act.kind === 'park') {
      await park(act, rows)
      return
    }
    const { kind } = act
    const undo = () => {
      if (run.cancel()) refresh(rows)
    }
    const takeAway = toasts.show({ kind: 'done', text: t(`desk.bulk.${kind}.done`, { count: rows.length }), undo })
    const run = new BulkRun(held, {
      rows,
      expected: expected[kind],
      send: (ids, leaving) => doBulk(ids, act, leaving),
      interruption: kind === 'resolve' ? { done: false, code: 'written_again' } : undefined,
      onSettled: takeAway,
      onDone: (outcomes) => void settle(kind, rows, outcomes, expected[kind]),
    })
  }
}
