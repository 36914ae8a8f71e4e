import { type Translate, useT } from '@/lib/i18n'
import { toMillis, useNow } from '@/lib/time'
import { Badge, type Tone } from '@/kit/Badge'
import type { Row } from '../conversation/types'

const minute = 60_000
const soon = 10 * minute

/** How long until an answer is due, in one short word, or how late it is. */
export function deadlineOf(due: number, now: number): { late: boolean; tone: Tone; minutes: number } {
  const left = due - now
  const late = left < 0
  const span = Math.abs(left)
  // What is left counts down to zero, what is late counts up from one.
  const minutes = late ? Math.ceil(span / minute) : Math.floor(span / minute)
  return { late, tone: late ? 'danger' : left < soon ? 'warn' : 'neutral', minutes }
}

/** The deadline of a customer who waits for an answer, or how long they have waited if none was promised; nothing when nobody waits. */
export function DeadlineChip({ row }: { row: Pick<Row, 'due_at' | 'unanswered_since' | 'state'> }) {
  if (row.state === 'closed' || row.state === 'wrap_up') return null
  if (row.due_at) return <Chip due={toMillis(row.due_at)} />
  return row.unanswered_since ? <Waits since={toMillis(row.unanswered_since)} /> : null
}

const inDays = 24

/** A span in one short word. */
function spanText(t: Translate, minutes: number): string {
  const hours = Math.floor(minutes / 60)
  if (hours >= inDays) return t('desk.due.days', { n: Math.floor(hours / inDays) })
  return hours > 0 ? t('time.hours', { n: hours }) : t('time.minutes', { n: minutes })
}

function Waits({ since }: { since: number }) {
  const t = useT()
  const now = useNow('minute')
  const span = spanText(t, Math.max(0, Math.floor((now - since) / minute)))
  return (
    <Badge tone="neutral" title={t('desk.row.waitsTitle', { span })}>
      {t('desk.row.waits', { span })}
    </Badge>
  )
}

function Chip({ due }: { due: number }) {
  const t = useT()
  const now = useNow('minute')
  const { late, tone, minutes } = deadlineOf(due, now)
  const span = spanText(t, minutes)
  return (
    <Badge tone={tone} title={t(late ? 'desk.due.lateTitle' : 'desk.due.title', { span })}>
      {late ? t('desk.due.late', { span }) : span}
      <span className="sr-only"> {late ? '' : t('desk.due.left')}</span>
    </Badge>
  )
}
