import { describe, expect, it } from 'vitest'
import { clockLook, dueLook } from './clocks'
import type { Clock } from './types'

const now = Date.parse('2026-05-14T10:00:00Z')
const inMinutes = (n: number) => new Date(now + n * 60_000).toISOString()
const clock: Clock = { id: '1', kind: 'resolution', state: 'running', policy: 'Usual', target_seconds: 7200, used_seconds: 0, started_at: inMinutes(-30) }

describe('a clock', () => {
  it('that runs is on time, due soon, then late', () => {
    expect(clockLook({ ...clock, due_at: inMinutes(90) }, now)).toEqual({ word: 'onTime', tone: 'ok', left: 90 * 60_000 })
    expect(clockLook({ ...clock, due_at: inMinutes(20) }, now).word).toBe('dueSoon')
    expect(clockLook({ ...clock, due_at: inMinutes(-1) }, now)).toEqual({ word: 'late', tone: 'danger', left: -60_000 })
  })
  it('that has warned is due soon, however much is left', () => {
    expect(clockLook({ ...clock, due_at: inMinutes(90), warned_at: inMinutes(-1) }, now).word).toBe('dueSoon')
  })
  it('of a short promise is not due soon from its start', () => {
    expect(clockLook({ ...clock, target_seconds: 600, due_at: inMinutes(9) }, now).word).toBe('onTime')
    expect(clockLook({ ...clock, target_seconds: 600, due_at: inMinutes(1) }, now).word).toBe('dueSoon')
  })
  it('that stands still says what is left of its time', () => {
    expect(clockLook({ ...clock, state: 'paused', used_seconds: 1800 }, now)).toEqual({ word: 'paused', tone: 'neutral', left: 5400_000 })
    expect(clockLook({ ...clock, state: 'paused', used_seconds: 9000, breached_at: inMinutes(-5) }, now)).toEqual({ word: 'paused', tone: 'danger', left: -1800_000 })
  })
  it('that has ended was kept or missed', () => {
    expect(clockLook({ ...clock, state: 'met' }, now).word).toBe('met')
    expect(clockLook({ ...clock, state: 'met', breached_at: inMinutes(-5) }, now).word).toBe('missed')
    expect(clockLook({ ...clock, state: 'stopped' }, now).word).toBe('stopped')
  })
})

describe('a case of a list', () => {
  it('shows its soonest promise while it is open', () => {
    expect(dueLook({ open: true, breached: false, due_at: inMinutes(10) }, now)?.word).toBe('dueSoon')
    expect(dueLook({ open: false, breached: false, due_at: inMinutes(10) }, now)).toBeUndefined()
  })
  it('says of a promise that was not kept when none runs', () => {
    expect(dueLook({ open: true, breached: true }, now)?.word).toBe('missed')
    expect(dueLook({ open: true, breached: false }, now)).toBeUndefined()
  })
})
