import { Button, Progress } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, CircleDashed, Loader, Minus, TriangleAlert } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { Dialog } from '@/kit/overlays'
import { queuesQuery } from '../../conversation/api'
import { keys } from '../../conversation/caches'
import type { Row } from '../../conversation/types'
import { type BulkAct, type BulkKind, type Outcome, bulkAct, fits, runBulk } from './bulk'
import classes from './Bulk.module.css'

interface Props {
  kind: BulkKind
  rows: readonly Row[]
  onClose: () => void
  /** Told when everything has gone well and been looked at. */
  onDone: () => void
}

/** Asks once, then goes through the chosen conversations and says how each ended. */
export function BulkDialog({ kind, rows: chosen, onClose, onDone }: Props) {
  const t = useT()
  const session = useSignedIn()
  // What is chosen stays as it was asked for, while the list goes on.
  const [rows] = useState(chosen)
  const possible = rows.filter((r) => fits(r, kind, session))
  const [queue, setQueue] = useState<string | null>(null)
  const { outcomes, running, start, stop } = useRun(rows, possible)
  const started = outcomes !== undefined
  const through = [...(outcomes?.values() ?? [])].filter((o) => o.state === 'done' || o.state === 'failed').length
  const failed = [...(outcomes?.values() ?? [])].filter((o) => o.state === 'failed').length
  const act = actOf(kind, queue)
  const close = () => {
    stop()
    onClose()
    if (started && failed === 0) onDone()
  }
  return (
    <Dialog opened onClose={close} title={t(`desk.bulk.${kind}.title`, { count: possible.length })} size={480}>
      <div className={classes.dialog}>
        {kind === 'transfer' && !started && <QueueField value={queue} onChange={setQueue} />}
        {!started && kind !== 'transfer' && <p>{t(`desk.bulk.${kind}.text`)}</p>}
        {started && <Progress value={possible.length === 0 ? 100 : (through / possible.length) * 100} aria-label={t('desk.bulk.progress')} />}
        <p role="status" className={classes.hint}>
          {started ? t('desk.bulk.through', { through, all: possible.length, failed }) : possible.length < rows.length && t('desk.bulk.leftOut', { count: rows.length - possible.length })}
        </p>
        <ul className={classes.rows}>
          {rows.map((row) => (
            <Line key={row.id} row={row} outcome={outcomes?.get(row.id) ?? { state: possible.includes(row) ? 'waiting' : 'skipped' }} />
          ))}
        </ul>
        <div className={classes.acts}>
          <Button variant="default" onClick={running ? stop : close}>
            {t(running ? 'desk.bulk.stop' : started ? 'act.close' : 'act.cancel')}
          </Button>
          {!started && (
            <Button data-autofocus={kind !== 'transfer' || undefined} disabled={!act || possible.length === 0} onClick={() => act && void start(act)}>
              {t(`desk.bulk.${kind}.button`, { count: possible.length })}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  )
}

function actOf(kind: BulkKind, queue: string | null): BulkAct | undefined {
  if (kind !== 'transfer') return { kind }
  return queue ? { kind, queue } : undefined
}

/** The run through the rows, and how each has ended so far. */
function useRun(rows: readonly Row[], possible: readonly Row[]) {
  const cache = useQueryClient()
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>()
  const [running, setRunning] = useState<AbortController>()
  useEffect(() => () => running?.abort(), [running])
  const start = async (act: BulkAct) => {
    const stopper = new AbortController()
    setRunning(stopper)
    setOutcomes(new Map(rows.map((r) => [r.id, { state: possible.includes(r) ? 'waiting' : 'skipped' }])))
    await runBulk(possible, (row) => bulkAct(row, act), (id, outcome) => setOutcomes((now) => new Map(now).set(id, outcome)), stopper.signal)
    setRunning(undefined)
    await Promise.all([cache.invalidateQueries({ queryKey: keys.lists }), cache.invalidateQueries({ queryKey: keys.counts }), ...possible.map((r) => cache.invalidateQueries({ queryKey: keys.one(r.id) }))])
  }
  return { outcomes, running: running !== undefined, start, stop: () => running?.abort() }
}

function QueueField({ value, onChange }: { value: string | null; onChange: (queue: string | null) => void }) {
  const t = useT()
  const queues = useQuery(queuesQuery).data ?? []
  return <ChooseOne data-autofocus label={t('desk.filter.queue')} data={queues.map((q) => ({ value: q.id, label: q.name }))} value={value} onChange={onChange} />
}

const marks: Record<Outcome['state'], ReactNode> = {
  waiting: <CircleDashed size={16} aria-hidden />,
  running: <Loader size={16} aria-hidden />,
  done: <Check size={16} aria-hidden />,
  skipped: <Minus size={16} aria-hidden />,
  failed: <TriangleAlert size={16} aria-hidden />,
}

function Line({ row, outcome }: { row: Row; outcome: Outcome }) {
  const t = useT()
  return (
    <li className={classes.line} data-state={outcome.state}>
      {marks[outcome.state]}
      <span className={classes.name}>{row.customer.name}</span>
      <span className={classes.what}>{outcome.state === 'failed' ? problemText(t, outcome.error) : t(`desk.bulk.state.${outcome.state}`)}</span>
    </li>
  )
}
