import { X } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { formatDuration, formatTime, useNow } from '@/lib/time'
import { Timer } from '@/kit/Timer'
import { formatFigure, formatPercent, noFigure } from '../figures/format'
import { levelTone, waitTone } from './judge'
import type { BoardQueue } from './types'
import { useAge } from './useBoard'
import type { View } from './view'
import { useWall } from './useWall'
import classes from './Wall.module.css'

/** The board for a screen on the wall: large, nothing to press, and never older than it says. */
export function Wall({ view, heardAt, onLeave }: { view: View; heardAt: number; onLeave: () => void }) {
  const t = useT()
  const { language } = t
  const age = useAge(heardAt)
  const now = useNow('minute')
  const dialog = useWall(onLeave)
  const { today, waiting, longest_since } = view.totals
  return (
    <dialog ref={dialog} tabIndex={-1} className={classes.wall} aria-label={t('board.title')} data-stale={age !== undefined || undefined}>
      <header className={classes.head}>
        <Big label={t('figures.name.open')} value={formatFigure(waiting, 'count', language)} />
        <Big label={t('figures.name.longest_wait_s')} value={longest_since && waiting > 0 ? <Timer since={longest_since} /> : noFigure} />
        <Big label={t('figures.name.sl_e')} value={formatFigure(today.sl_e, 'percent', language)} tone={levelTone(today)} />
        <Big label={t('figures.name.answered')} value={formatFigure(today.answered, 'count', language)} />
        <Big label={t('figures.name.abandoned')} value={formatFigure(today.abandoned, 'count', language)} />
        <Big label={t('figures.name.top_two_percent')} value={formatFigure(today.top_two_percent, 'percent', language)} />
      </header>
      <ul className={classes.tiles} data-many={view.queues.length > 9 || undefined}>
        {view.queues.map((queue) => (
          <Tile key={queue.id} queue={queue} free={free(view, queue)} />
        ))}
      </ul>
      <footer className={classes.foot}>
        <time dateTime={new Date(now).toISOString()}>{formatTime(now, language)}</time>
        <span>{age === undefined ? t('board.live') : t('board.age', { age: formatDuration(age) })}</span>
        <span className={classes.hint}>{t('board.wallLeave')}</span>
      </footer>
      <button type="button" className={classes.leave} onClick={onLeave} aria-label={t('act.close')}>
        <X size={24} aria-hidden />
      </button>
    </dialog>
  )
}

const free = (view: View, queue: BoardQueue) => (view.members.get(queue.id) ?? []).filter((a) => a.activity === 'available' && a.queues.some((q) => q.id === queue.id && q.enabled)).length

function Big({ label, value, tone }: { label: string; value: React.ReactNode; tone?: string }) {
  return (
    <p className={classes.big} data-tone={tone}>
      <span>{label}</span>
      <strong>{value}</strong>
    </p>
  )
}

function Tile({ queue, free: freeAgents }: { queue: BoardQueue; free: number }) {
  const t = useT()
  const wait = waitTone(queue, useNow('second'))
  const level = levelTone(queue.today)
  const worst = wait === 'danger' || level === 'danger' ? 'danger' : wait === 'warn' || level === 'warn' ? 'warn' : 'ok'
  return (
    <li className={classes.tile} data-tone={worst}>
      <h2>{queue.name}</h2>
      <p className={classes.waiting}>
        <strong>{formatFigure(queue.waiting, 'count', t.language)}</strong>
        <span>{queue.longest_since && queue.waiting > 0 ? <Timer since={queue.longest_since} /> : t('board.nobodyWaits')}</span>
      </p>
      <p className={classes.facts}>
        <span data-tone={level}>{queue.today.sl_e === undefined ? noFigure : formatPercent(queue.today.sl_e, t.language, 0)}</span>
        <span>{t('board.goalOnly', { goal: formatPercent(queue.today.target_percent, t.language, 0) })}</span>
        <span>{t('board.free', { count: freeAgents })}</span>
      </p>
    </li>
  )
}
