import type { Tone } from '@/kit/Badge'
import { toMillis } from '@/lib/time'
import type { CaseRow, Clock } from './types'

/** How a promised time stands, as one word. */
export type ClockWord = 'onTime' | 'dueSoon' | 'late' | 'paused' | 'met' | 'missed' | 'stopped'

export interface ClockLook {
  word: ClockWord
  tone: Tone
  /** Milliseconds left, below zero how long it is over; absent when nothing is counted. */
  left?: number
}

const minute = 60_000
const soonAtMost = 30 * minute
const soonShare = 0.2 // of the promised time

/** How a clock of a case stands now. */
export function clockLook(clock: Clock, now: number): ClockLook {
  const missed = clock.breached_at !== undefined
  switch (clock.state) {
    case 'running':
      return running(clock.due_at === undefined ? undefined : toMillis(clock.due_at) - now, clock.warned_at !== undefined, Math.min(soonAtMost, clock.target_seconds * 1000 * soonShare))
    case 'paused':
      return { word: 'paused', tone: missed ? 'danger' : 'neutral', left: (clock.target_seconds - clock.used_seconds) * 1000 }
    case 'met':
      return missed ? { word: 'missed', tone: 'danger' } : { word: 'met', tone: 'ok' }
    case 'stopped':
      return missed ? { word: 'missed', tone: 'danger' } : { word: 'stopped', tone: 'neutral' }
  }
}

/** How a case of a list stands now; nothing where no promise is left. */
export function dueLook(row: Pick<CaseRow, 'due_at' | 'breached' | 'open'>, now: number): ClockLook | undefined {
  if (row.open && row.due_at) return running(toMillis(row.due_at) - now, false, soonAtMost)
  return row.breached ? { word: 'missed', tone: 'danger' } : undefined
}

function running(left: number | undefined, warned: boolean, soon: number): ClockLook {
  if (left === undefined) return { word: 'onTime', tone: 'ok' }
  if (left < 0) return { word: 'late', tone: 'danger', left }
  return warned || left < soon ? { word: 'dueSoon', tone: 'warn', left } : { word: 'onTime', tone: 'ok', left }
}
