import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toastMillis } from '@/kit/toast'
import { HeldActs } from './held'

describe('HeldActs', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const act = (commit = vi.fn(async () => true)) => ({ expected: { state: 'wrap_up' } as const, commit })

  it('shows an act at once and tells the server when its time is over', async () => {
    const held = new HeldActs()
    const ended = act()
    held.hold('7', ended)
    expect(held.expected('7')).toEqual({ state: 'wrap_up' })
    await vi.advanceTimersByTimeAsync(toastMillis - 1)
    expect(ended.commit).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(ended.commit).toHaveBeenCalledExactlyOnceWith(false)
    expect(held.expected('7')).toBeUndefined()
  })

  it('never tells what was taken back in time, and says when it is too late', async () => {
    const held = new HeldActs()
    const ended = act()
    held.hold('7', ended)
    expect(held.cancel('7')).toBe(true)
    await vi.runAllTimersAsync()
    expect(ended.commit).not.toHaveBeenCalled()
    held.hold('7', ended)
    await vi.runAllTimersAsync()
    expect(held.cancel('7')).toBe(false)
  })

  it('goes at once when the page is left', () => {
    const held = new HeldActs()
    const ended = act()
    held.hold('7', ended)
    void held.flushAll(true)
    expect(ended.commit).toHaveBeenCalledExactlyOnceWith(true)
  })

  it('is off when the customer writes, if it would cut them off', async () => {
    const held = new HeldActs()
    const ended = { ...act(), interrupted: vi.fn() }
    const handedOn = act()
    held.hold('7', ended)
    held.hold('8', handedOn)
    held.interrupt('7')
    held.interrupt('8')
    await vi.runAllTimersAsync()
    expect(ended.interrupted).toHaveBeenCalledTimes(1)
    expect(ended.commit).not.toHaveBeenCalled()
    expect(handedOn.commit).toHaveBeenCalledTimes(1)
  })

  it('answers the same to all who wait for an act to reach the server', async () => {
    const held = new HeldActs()
    const ended = act(vi.fn(async () => false))
    held.hold('7', ended)
    expect(await Promise.all([held.flush('7'), held.flush('7')])).toEqual([false, false])
    expect(ended.commit).toHaveBeenCalledTimes(1)
    expect(await held.flush('7')).toBe(true)
  })
})
