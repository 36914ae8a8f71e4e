import { useT } from '@/lib/i18n'
import { useNow } from '@/lib/time'
import type { Tone } from '@/kit/Badge'
import { Timer } from '@/kit/Timer'
import { formatFigure, formatPercent, noFigure } from '../figures/format'
import type { FigureId } from '../figures/registry'
import { useOpenRows } from './BoardDrill'
import { levelTone, waitTone } from './judge'
import type { BoardAgent, BoardQueue } from './types'
import classes from './QueueHead.module.css'

/** How a queue stands: who waits, for how long, and how well it has kept its promise today. */
export function QueueHead({ queue, agents }: { queue: BoardQueue; agents: readonly BoardAgent[] }) {
  const t = useT()
  const openRows = useOpenRows()
  const wait = waitTone(queue, useNow('second'))
  const level = levelTone(queue.today)
  const free = agents.filter((a) => a.activity === 'available' && a.queues.some((q) => q.id === queue.id && q.enabled)).length
  const open = (id: FigureId) => () => openRows(id, queue.id)
  return (
    <header className={classes.head}>
      <div className={classes.title}>
        <h2>{queue.name}</h2>
        <p className={classes.agents}>
          {t('board.agents', { count: agents.length })}
          {agents.length > 0 && `, ${t('board.free', { count: free })}`}
        </p>
      </div>
      <div className={classes.numbers}>
        <Number label={t('board.waiting')} tone={wait} onOpen={open('open')}>
          {formatFigure(queue.waiting, 'count', t.language)}
        </Number>
        <Number label={t('board.longest')} tone={wait} onOpen={open('longest_wait_s')}>
          {queue.longest_since && queue.waiting > 0 ? <Timer since={queue.longest_since} /> : noFigure}
        </Number>
        <Number label={t('board.level')} tone={level} onOpen={open('sl_e')}>
          {queue.today.sl_e === undefined ? noFigure : formatPercent(queue.today.sl_e, t.language, 0)}
        </Number>
      </div>
      <Bar level={queue.today.sl_e} goal={queue.today.target_percent} tone={level} />
    </header>
  )
}

function Number({ label, tone, onOpen, children }: { label: string; tone: Tone; onOpen: () => void; children: React.ReactNode }) {
  const t = useT()
  return (
    <button type="button" className={classes.number} data-tone={tone} onClick={onOpen} title={t('figures.showRows')}>
      <span className={classes.value}>{children}</span>
      <span className={classes.label}>{label}</span>
    </button>
  )
}

/** The level of today with a mark at the goal. */
function Bar({ level, goal, tone }: { level: number | undefined; goal: number; tone: Tone }) {
  const t = useT()
  return (
    <div className={classes.bar} role="img" aria-label={t('board.goalOnly', { goal: formatPercent(goal, t.language, 0) })} title={t('board.goalOnly', { goal: formatPercent(goal, t.language, 0) })}>
      <span className={classes.fill} data-tone={tone} style={{ transform: `scaleX(${(level ?? 0) / 100})` }} />
      {goal > 0 && goal < 100 && <span className={classes.goal} style={{ insetInlineStart: `${goal}%` }} />}
    </div>
  )
}
