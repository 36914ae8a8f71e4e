import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { byServer, serverNow, setServerNow, useNow } from './clock'
import { formatAgo, formatDay, formatDayHeading, formatDuration } from './format'

const words = { now: 'now', minutes: (n: number) => `${n}m`, hours: (n: number) => `${n}h` }
const noon = new Date(2026, 4, 14, 12, 0, 0).getTime()

describe('formatDuration', () => {
  it.each([
    [-5, '0:00'],
    [7_400, '0:07'],
    [760_000, '12:40'],
    [3_729_000, '1:02:09'],
  ])('%d ms is %s', (ms, want) => expect(formatDuration(ms)).toBe(want))
})

describe('formatAgo', () => {
  it.each([
    [30_000, 'now'],
    [120_000, '2m'],
    [3 * 3_600_000, '3h'],
    [5 * 86_400_000, '9 May'],
    [400 * 86_400_000, '9 Apr 2025'],
  ])('%d ms ago is %s', (age, want) => expect(formatAgo(noon - age, noon, 'en', words)).toBe(want))
})

describe('formatDay', () => {
  const newYear = Date.parse('2026-12-31T23:30:00Z')
  it.each([
    ['Europe/Warsaw', '1 Jan'],
    ['UTC', '31 Dec 2026'],
  ])('in %s is %s', (zone, want) => expect(formatDay(newYear, 'en', Date.parse('2027-01-02T12:00:00Z'), zone)).toBe(want))
})

describe('formatDayHeading', () => {
  it.each([
    [0, 'pl', 'Dzisiaj'],
    [1, 'hu', 'Tegnap'],
    [3, 'en', 'Monday 11 May'],
  ] as const)('%d days ago in %s is %s', (days, language, want) => {
    expect(formatDayHeading(noon - days * 86_400_000, noon, language).replace(',', '')).toBe(want)
  })
})

describe('useNow', () => {
  beforeEach(() => void vi.useFakeTimers({ now: noon + 250 }))
  afterEach(() => void vi.useRealTimers())

  it('ticks on the full second with one timer for all, and stops when nobody looks', () => {
    const one = renderHook(() => useNow('second'))
    const two = renderHook(() => useNow('second'))
    expect(vi.getTimerCount()).toBe(1)
    expect(one.result.current).toBe(noon)
    act(() => void vi.advanceTimersByTime(750))
    expect([one.result.current, two.result.current]).toEqual([noon + 1000, noon + 1000])
    one.unmount()
    two.unmount()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('goes by the server, whose clock this device may not share', () => {
    const { result, unmount } = renderHook(() => useNow('second'))
    act(() => setServerNow(noon + 60_000 + 500))
    expect(result.current).toBe(noon + 60_000)
    expect(vi.getTimerCount()).toBe(1)
    act(() => void vi.advanceTimersByTime(500))
    expect(result.current).toBe(noon + 61_000)
    expect([serverNow(), byServer(noon)]).toEqual([noon + 61_000, noon + 60_250])
    act(() => setServerNow(serverNow() + 200))
    expect(serverNow()).toBe(noon + 61_000)
    unmount()
    act(() => setServerNow(Date.now()))
    expect(renderHook(() => useNow('second')).result.current).toBe(noon)
  })
})
