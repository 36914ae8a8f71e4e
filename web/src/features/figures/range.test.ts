import { describe, expect, it } from 'vitest'
import { countDays, dateIn, daysOf, isDate, shiftDate, stepsFor } from './range'

describe('dates', () => {
  it('are those of the zone, not of the browser', () => {
    const night = Date.parse('2026-03-14T23:30:00Z')
    expect(dateIn('UTC', night)).toBe('2026-03-14')
    expect(dateIn('Europe/Warsaw', night)).toBe('2026-03-15')
    expect(dateIn('America/New_York', night)).toBe('2026-03-14')
  })

  it('pass over changes of the clock and ends of months', () => {
    expect(shiftDate('2026-03-29', 1)).toBe('2026-03-30')
    expect(shiftDate('2026-10-26', -1)).toBe('2026-10-25')
    expect(shiftDate('2026-03-01', -1)).toBe('2026-02-28')
  })

  it('are refused when they do not exist', () => {
    expect(isDate('2026-02-28')).toBe(true)
    for (const wrong of ['2026-02-30', '2026-2-3', '14.03.2026', '', 5, undefined]) expect(isDate(wrong)).toBe(false)
  })
})

describe('named ranges', () => {
  it.each([
    ['today', '2026-03-14', '2026-03-14', 1],
    ['yesterday', '2026-03-13', '2026-03-13', 1],
    ['week', '2026-03-08', '2026-03-14', 7],
    ['month', '2026-03-01', '2026-03-14', 14],
  ] as const)('%s', (preset, from, to, days) => {
    const range = daysOf(preset, '2026-03-14')
    expect(range).toEqual({ from, to })
    expect(countDays(range)).toBe(days)
  })

  it('allow intervals as short as their length allows', () => {
    expect(stepsFor(daysOf('week', '2026-03-14'))).toEqual([15, 30, 60])
    expect(stepsFor(daysOf('month', '2026-03-14'))).toEqual([30, 60])
    expect(stepsFor({ from: '2026-02-15', to: '2026-03-14' })).toEqual([60])
    expect(stepsFor({ from: '2026-01-01', to: '2026-03-14' })).toEqual([])
  })
})
