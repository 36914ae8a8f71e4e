import { useT } from '@/lib/i18n'
import { toMillis, useNow } from '@/lib/time'
import { Badge, type Tone } from '@/kit/Badge'
import type { Row } from '../conversation/types'

const minute = 60_000
const hour = 60 * minute
const soon = 10 * minute

/** How long until an answer is due, in one short word, or how late it is. */
export function deadlineOf(due: number, now: number): { late: boolean; tone: Tone; minutes: number; hours: number } {
  const left = due - now
  const late = left < 0
  const span = Math.abs(left)
  // What is left counts down to zero, what is late counts up from one.
  const minutes = late ? Math.ceil(span / minute) : Math.floor(span / minute)
  return { late, tone: late ? 'danger' : left < soon ? 'warn' : 'neutral', minutes, hours: Math.floor(span / hour) }
}

/** The deadline of a customer who waits for an answer; nothing when nobody does. */
export function DeadlineChip({ row }: { row: Pick<Row, 'due_at' | 'state'> }) {
  if (!row.due_at || row.state === 'closed' || row.state === 'wrap_up') return null
  return <Chip due={toMillis(row.due_at)} />
}

const inDays = 24

function Chip({ due }: { due: number }) {
  const t = useT()
  const now = useNow('minute')
  const { late, tone, minutes, hours } = deadlineOf(due, now)
  const span = hours >= inDays ? t('desk.due.days', { n: Math.floor(hours / inDays) }) : hours > 0 ? t('time.hours', { n: hours }) : t('time.minutes', { n: minutes })
  return (
    <Badge tone={tone} title={t(late ? 'desk.due.lateTitle' : 'desk.due.title', { span })}>
      {late ? t('desk.due.late', { span }) : span}
      <span className="sr-only"> {late ? '' : t('desk.due.left')}</span>
    </Badge>
  )
}
