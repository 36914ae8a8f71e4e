import { Button } from '@mantine/core'
import { CircleCheck, Clock, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Timer } from '@/kit/Timer'
import { formatPercent } from '../figures/format'
import { belowTarget } from './judge'
import type { BoardQueue } from './types'
import classes from './AlertStrip.module.css'

/**
 * The queues below their target. It keeps its place when all is well, so that
 * nothing below it jumps when a queue falls under its target or recovers.
 */
export function AlertStrip({ queues, onBring }: { queues: readonly BoardQueue[]; onBring: (queue: string) => void }) {
  const t = useT()
  const mayMove = useCan('staff.move')
  const [chosen, choose] = useState<string>()
  const below = belowTarget(queues)
  const shown = below.find((q) => q.id === chosen) ?? below[0]
  if (!shown) return <Well known={queues.some((q) => q.today.sl_e !== undefined)} />
  return (
    <section className={classes.strip} data-tone={shown.waiting > 0 ? 'danger' : 'warn'} aria-label={t('board.alerts')}>
      <TriangleAlert size={16} aria-hidden />
      <p className={classes.text}>
        <Sentence queue={shown} />
      </p>
      {below.length > 1 && (
        <ul className={classes.others} aria-label={t('board.alsoBelow')}>
          {below.map((q) => (
            <li key={q.id}>
              <button type="button" className={classes.other} aria-pressed={q.id === shown.id} onClick={() => choose(q.id)}>
                {q.name} <strong>{formatPercent(q.today.sl_e ?? 0, t.language, 0)}</strong>
              </button>
            </li>
          ))}
        </ul>
      )}
      {mayMove && (
        <Button variant="default" className={classes.act} onClick={() => onBring(shown.id)}>
          {t('board.bring')}
        </Button>
      )}
    </section>
  )
}

/** No queue is below its target; or none has been measured yet. */
function Well({ known }: { known: boolean }) {
  const t = useT()
  return (
    <p className={classes.strip} data-tone={known ? 'ok' : undefined}>
      {known ? <CircleCheck size={16} aria-hidden /> : <Clock size={16} aria-hidden />}
      {known ? t('board.allWell') : t('board.nothingYet')}
    </p>
  )
}

function Sentence({ queue }: { queue: BoardQueue }) {
  const t = useT()
  const { today, waiting, longest_since } = queue
  const level = formatPercent(today.sl_e ?? 0, t.language, 0)
  const goal = formatPercent(today.target_percent, t.language, 0)
  return (
    <>
      <strong>{t('board.below', { queue: queue.name })}</strong> {t('board.belowWaiting', { count: waiting })}
      {longest_since && waiting > 0 && (
        <>
          {t('board.belowLongest')} <Timer since={longest_since} />
        </>
      )}
      {t('board.belowLevel', { level, goal })}
    </>
  )
}
