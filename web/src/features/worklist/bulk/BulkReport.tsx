import { ActionIcon, Button } from '@mantine/core'
import { Check, TriangleAlert, X } from 'lucide-react'
import { useState, useSyncExternalStore } from 'react'
import { problemText } from '@/lib/api'
import { type Translate, useT } from '@/lib/i18n'
import { Dialog } from '@/kit/overlays'
import { calledBy } from '../../conversation/calledBy'
import { useDesk } from '../../conversation/desk'
import type { Outcome, Report } from './bulk'
import classes from './Bulk.module.css'

/** Stays until it is put away: what of an act on many was not done, why, and a way to choose those again. */
export function BulkReport({ onChoose }: { onChoose: (ids: readonly string[]) => void }) {
  const t = useT()
  const { reports } = useDesk()
  const report = useSyncExternalStore(reports.watch, reports.current)
  const [open, setOpen] = useState(false)
  if (!report) return null
  const failed = report.lines.filter((l) => !l.outcome.done)
  const close = () => reports.show(undefined)
  return (
    <section className={classes.report} aria-label={t('desk.bulk.report')}>
      <TriangleAlert size={16} aria-hidden />
      <strong className={classes.count} role="alert">
        {t(`desk.bulk.${report.kind}.failed`, { failed: failed.length, all: report.lines.length })}
      </strong>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        {t('desk.bulk.why')}
      </Button>
      <ActionIcon size={28} onClick={close} aria-label={t('act.close')}>
        <X size={16} />
      </ActionIcon>
      {open && (
        <Lines
          report={report}
          onClose={() => setOpen(false)}
          onChoose={() => {
            setOpen(false)
            onChoose(failed.map((l) => l.row.id))
            close()
          }}
        />
      )}
    </section>
  )
}

function Lines({ report, onClose, onChoose }: { report: Report; onClose: () => void; onChoose: () => void }) {
  const t = useT()
  const failed = report.lines.filter((l) => !l.outcome.done)
  return (
    <Dialog opened onClose={onClose} title={t(`desk.bulk.${report.kind}.failed`, { failed: failed.length, all: report.lines.length })} size={560}>
      <div className={classes.dialog}>
        {/* Long ones are scrolled with the keys too. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <ul className={classes.rows} tabIndex={0} aria-label={t('desk.bulk.report')}>
          {[...failed, ...report.lines.filter((l) => l.outcome.done)].map(({ row, outcome }) => (
            <li key={row.id} className={classes.line} data-state={outcome.done ? 'done' : 'failed'}>
              {outcome.done ? <Check size={16} aria-hidden /> : <TriangleAlert size={16} aria-hidden />}
              <span className={classes.name}>{calledBy(t, row.customer)}</span>
              <span className={classes.what}>{outcomeText(t, outcome)}</span>
            </li>
          ))}
        </ul>
        <div className={classes.acts}>
          <Button variant="default" onClick={onClose}>
            {t('act.close')}
          </Button>
          <Button data-autofocus onClick={onChoose}>
            {t('desk.bulk.chooseAgain')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** How it went with one, in words. */
export function outcomeText(t: Translate, outcome: Outcome): string {
  if (outcome.done) return t('desk.bulk.state.done')
  if ('error' in outcome) return problemText(t, outcome.error)
  if (outcome.field === 'disposition_id' && outcome.code === 'required') return t('desk.bulk.needsOutcome')
  if (outcome.code === 'written_again') return t('desk.bulk.writtenAgain')
  return t.maybe(`error.${outcome.code}`, outcome.values) ?? t('error.internal')
}
