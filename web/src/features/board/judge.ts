import type { Tone } from '@/kit/Badge'
import type { BoardQueue, Today } from './types'

/** How many per cent below its target a service level may be before it is called bad. */
const nearTarget = 5
/** Part of the promised time from which on a wait is due soon. */
const dueSoon = 0.75

/** How a service level stands against its target. */
export function levelTone({ sl_e, target_percent }: Today): Tone {
  if (sl_e === undefined || target_percent <= 0) return 'neutral'
  if (sl_e >= target_percent) return 'ok'
  return sl_e >= target_percent - nearTarget ? 'warn' : 'danger'
}

/** How the longest wait stands against the promised time. */
export function waitTone({ waiting, longest_since, today }: BoardQueue, now: number): Tone {
  if (waiting <= 0 || !longest_since || !today.target_seconds) return 'neutral'
  const promised = today.target_seconds * 1000
  const waited = now - Date.parse(longest_since)
  if (waited > promised) return 'danger'
  return waited >= promised * dueSoon ? 'warn' : 'neutral'
}

const gap = ({ today }: BoardQueue) => today.target_percent - (today.sl_e ?? today.target_percent)

/** The queues below their target: where somebody waits first, then by how far below. */
export function belowTarget(queues: readonly BoardQueue[]): BoardQueue[] {
  return queues.filter((q) => gap(q) > 0).toSorted((a, b) => Number(b.waiting > 0) - Number(a.waiting > 0) || gap(b) - gap(a))
}

/** Today's figures of some of the queues: sums, and means weighted as the server weights them. */
export function sumToday(queues: readonly BoardQueue[]): Today {
  const all = queues.map((q) => q.today)
  const sum = (of: (t: Today) => number) => all.reduce((total, t) => total + of(t), 0)
  const mean = (of: (t: Today) => number | undefined, weight: (t: Today) => number) => {
    const known = all.filter((t) => of(t) !== undefined && weight(t) > 0)
    const whole = known.reduce((total, t) => total + weight(t), 0)
    return whole > 0 ? known.reduce((total, t) => total + of(t)! * weight(t), 0) / whole : undefined
  }
  const offered = sum((t) => t.offered)
  return {
    offered,
    answered: sum((t) => t.answered),
    abandoned: sum((t) => t.abandoned),
    short_abandoned: sum((t) => t.short_abandoned),
    open: sum((t) => t.open),
    late: sum((t) => t.late),
    handled: sum((t) => t.handled),
    sl_e: mean((t) => t.sl_e, (t) => t.answered + t.abandoned - t.short_abandoned + t.late),
    sl_b: mean((t) => t.sl_b, (t) => t.offered - t.open + t.late),
    target_percent: (offered > 0 ? mean((t) => t.target_percent, (t) => t.offered) : mean((t) => t.target_percent, () => 1)) ?? 0,
    asa_s: mean((t) => t.asa_s, (t) => t.answered),
    longest_wait_s: Math.max(0, ...all.map((t) => t.longest_wait_s)),
    aht_s: mean((t) => t.aht_s, (t) => t.handled),
    answers: sum((t) => t.answers),
    top_two_percent: mean((t) => t.top_two_percent, (t) => t.answers),
  }
}
