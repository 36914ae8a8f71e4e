import { ChevronDown, ChevronsUp, ChevronUp, CircleAlert, CircleCheck, CirclePause, CircleX, Clock3, Equal } from 'lucide-react'
import { type Translate, useT } from '@/lib/i18n'
import { formatDuration, useNow } from '@/lib/time'
import { Badge, type Tone } from '@/kit/Badge'
import { type ClockLook, type ClockWord, clockLook, dueLook } from './clocks'
import { useStatuses } from './names'
import type { CaseRow, Category, Clock, Priority } from './types'
import classes from './Marks.module.css'

const categoryTones: Record<Category, Tone> = { new: 'accent', working: 'accent', waiting_customer: 'neutral', waiting_third: 'neutral', done: 'ok' }

/** The status of a case by its name. */
export function StatusBadge({ row }: { row: Pick<CaseRow, 'status_id' | 'category'> }) {
  const { nameOf } = useStatuses()
  return <Badge tone={categoryTones[row.category]}>{nameOf(row.status_id)}</Badge>
}

const priorityIcons = { low: ChevronDown, normal: Equal, high: ChevronUp, urgent: ChevronsUp }

/** A priority as a shape with its word; the usual one is not worth a mark in lists. */
export function PriorityMark({ priority, always }: { priority: Priority; always?: boolean }) {
  const t = useT()
  if (priority === 'normal' && !always) return null
  const Icon = priorityIcons[priority]
  return (
    <span className={classes.priority} data-priority={priority}>
      <Icon size={14} strokeWidth={2.4} aria-hidden /> {t(`cases.priority.${priority}`)}
    </span>
  )
}

const clockIcons: Record<ClockWord, typeof Clock3> = { onTime: Clock3, dueSoon: Clock3, late: CircleAlert, paused: CirclePause, met: CircleCheck, missed: CircleX, stopped: CirclePause }

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** A span in short words; below an hour it ticks. */
export function spanText(t: Translate, ms: number, ticking: boolean): string {
  const span = Math.abs(ms)
  if (span < hour) return ticking ? formatDuration(span) : t('time.minutes', { n: Math.max(1, Math.ceil(span / minute)) })
  if (span < day) return t('cases.span.hours', { h: Math.floor(span / hour), m: Math.floor(span / minute) % 60 })
  return t('cases.span.days', { d: Math.floor(span / day), h: Math.floor(span / hour) % 24 })
}

function LookBadge({ look, ticking, title }: { look: ClockLook; ticking: boolean; title?: string }) {
  const t = useT()
  const Icon = clockIcons[look.word]
  const word = t(`cases.clock.${look.word}`)
  return (
    <Badge tone={look.tone} title={title} icon={<Icon size={12} aria-hidden />}>
      {look.left === undefined ? word : `${word} · ${spanText(t, look.left, ticking)}`}
    </Badge>
  )
}

/** When a case of a list is due, by the minute. */
export function DueBadge({ row }: { row: Pick<CaseRow, 'due_at' | 'breached' | 'open'> }) {
  const now = useNow('minute')
  const look = dueLook(row, now)
  return look ? <LookBadge look={look} ticking={false} /> : null
}

/** A promised time counting down. */
export function ClockBadge({ clock }: { clock: Clock }) {
  const now = useNow('second')
  return <LookBadge look={clockLook(clock, now)} ticking={clock.state === 'running'} />
}

/** The promised times of a case, the newest of each kind. */
export function Clocks({ clocks }: { clocks: readonly Clock[] }) {
  const t = useT()
  const shown = clocks.filter((c, i) => clocks.findIndex((other) => other.kind === c.kind) === i)
  if (shown.length === 0) return <p className={classes.none}>{t('cases.clock.none')}</p>
  return (
    <dl className={classes.clocks}>
      {shown.map((clock) => (
        <div key={clock.id}>
          <dt title={clock.policy}>{t(`cases.clock.kind.${clock.kind}`)}</dt>
          <dd>
            <ClockBadge clock={clock} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
