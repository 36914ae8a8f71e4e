import { Button, Textarea } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { CircleDashed, Minus } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { formatFull } from '@/lib/time'
import { ChooseOne } from '@/kit/Choose'
import { Dialog } from '@/kit/overlays'
import { dispositionsQuery, queuesQuery } from '../../conversation/api'
import { calledBy } from '../../conversation/calledBy'
import { snoozeChoices } from '../../conversation/snooze'
import type { Row } from '../../conversation/types'
import { type BulkAct, type BulkKind, fits } from './bulk'
import { useBulk } from './useBulk'
import classes from './Bulk.module.css'

interface Props {
  kind: BulkKind
  rows: readonly Row[]
  onClose: () => void
  /** Told when it was begun. */
  onDone: () => void
}

const longestNote = 2000
const mostQueues = 8 // whose outcomes are compared

/** Asks once, with what the act takes, and says which of the chosen conversations it is for. */
export function BulkDialog({ kind, rows: chosen, onClose, onDone }: Props) {
  const t = useT()
  const session = useSignedIn()
  const doIt = useBulk()
  // What is chosen stays as it was asked for, while the list goes on.
  const [rows] = useState(chosen)
  const possible = rows.filter((r) => fits(r, kind, session))
  const [typed, setTyped] = useState<Typed>({ queue: null, disposition: null, until: null, note: '' })
  const act = actOf(kind, typed)
  const start = () => {
    if (!act || possible.length === 0) return
    void doIt(act, possible)
    onClose()
    onDone()
  }
  return (
    <Dialog opened onClose={onClose} title={t(`desk.bulk.${kind}.title`, { count: possible.length })} size={480}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault()
          start()
        }}
      >
        <Fields kind={kind} rows={possible} typed={typed} onType={(part) => setTyped((now) => ({ ...now, ...part }))} />
        {possible.length < rows.length && <p className={classes.hint}>{t('desk.bulk.leftOut', { count: rows.length - possible.length })}</p>}
        <ul className={classes.rows}>
          {rows.map((row) => (
            <li key={row.id} className={classes.line}>
              {possible.includes(row) ? <CircleDashed size={16} aria-hidden /> : <Minus size={16} aria-hidden />}
              <span className={classes.name}>{calledBy(t, row.customer)}</span>
              <span className={classes.what}>{possible.includes(row) ? row.subject || row.queue?.name : t('desk.bulk.state.skipped')}</span>
            </li>
          ))}
        </ul>
        <div className={classes.acts}>
          <Button variant="default" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button type="submit" disabled={!act || possible.length === 0}>
            {t(`desk.bulk.${kind}.button`, { count: possible.length })}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface Typed {
  queue: string | null
  disposition: string | null
  until: Date | null
  note: string
}

function actOf(kind: BulkKind, { queue, disposition, until, note }: Typed): BulkAct | undefined {
  switch (kind) {
    case 'resolve':
      return { kind, disposition: disposition ?? undefined, note: note.trim() }
    case 'park':
      return { kind, until: until ?? undefined }
    case 'transfer':
      return queue ? { kind, queue, note: note.trim() } : undefined
  }
}

function Fields({ kind, rows, typed, onType }: { kind: BulkKind; rows: readonly Row[]; typed: Typed; onType: (part: Partial<Typed>) => void }) {
  const t = useT()
  if (kind === 'park') return <UntilField onChange={(until) => onType({ until })} />
  return (
    <>
      {kind === 'transfer' && <QueueField value={typed.queue} onChange={(queue) => onType({ queue })} />}
      {kind === 'resolve' && <OutcomeField rows={rows} value={typed.disposition} onChange={(disposition) => onType({ disposition })} />}
      <Textarea
        label={t(kind === 'transfer' ? 'desk.transfer.note' : 'desk.wrapUp.note')}
        description={t('desk.bulk.noteHelp')}
        autosize
        minRows={2}
        maxRows={5}
        maxLength={longestNote}
        value={typed.note}
        onChange={(e) => onType({ note: e.currentTarget.value })}
      />
    </>
  )
}

function QueueField({ value, onChange }: { value: string | null; onChange: (queue: string | null) => void }) {
  const t = useT()
  const queues = useQuery(queuesQuery).data ?? []
  return <ChooseOne data-autofocus label={t('desk.filter.queue')} data={queues.map((q) => ({ value: q.id, label: q.name }))} value={value} onChange={onChange} />
}

/** What all of the queues know as an outcome, and how many conversations need one. */
function OutcomeField({ rows, value, onChange }: { rows: readonly Row[]; value: string | null; onChange: (disposition: string | null) => void }) {
  const t = useT()
  const rules = new Map((useQuery(queuesQuery).data ?? []).map((q) => [q.id, q]))
  const queues = [...new Set(rows.flatMap((r) => (r.queue ? [r.queue.id] : [])))].slice(0, mostQueues + 1)
  const asked = useQueries({ queries: queues.length > mostQueues ? [] : queues.map((id) => dispositionsQuery(id)) })
  const [first = [], ...others] = asked.map((a) => a.data ?? [])
  const shared = first.filter((d) => others.every((list) => list.some((o) => o.id === d.id)))
  const needed = rows.filter((r) => r.queue && rules.get(r.queue.id)?.disposition_required).length
  return (
    <ChooseOne
      data-autofocus
      clearable
      label={t('desk.wrapUp.disposition')}
      description={needed > 0 ? t('desk.bulk.outcomeNeeded', { count: needed }) : undefined}
      placeholder={t('desk.wrapUp.dispositionFree')}
      data={shared.map((d) => ({ value: d.id, label: d.name }))}
      value={value}
      onChange={onChange}
    />
  )
}

function UntilField({ onChange }: { onChange: (until: Date | null) => void }) {
  const t = useT()
  const [choices] = useState(() => snoozeChoices.map(({ label, until }) => ({ label, until: until(new Date()) })))
  const [chosen, setChosen] = useState('')
  return (
    <ChooseOne
      data-autofocus
      label={t('desk.snooze.title')}
      data={[{ value: '', label: t('desk.snooze.open') }, ...choices.map(({ label, until }) => ({ value: label, label: `${t(label)} · ${formatFull(until.getTime(), t.language)}` }))]}
      allowDeselect={false}
      value={chosen}
      onChange={(value) => {
        setChosen(value ?? '')
        onChange(choices.find((c) => c.label === value)?.until ?? null)
      }}
    />
  )
}
