import { describe, expect, it } from 'vitest'
import { formatFigure, formatPercent } from './format'
import { ticksOf } from './chart'
import { columnsOf, isEmptyRow } from './registry'
import { readSort, sortRows } from './sorting'
import type { FigureRow, VisitFigures, WorkFigures } from './types'

const visits = { offered: 10, sl: {}, longest_wait_s: 0 } as VisitFigures
const work = { handled: 3 } as WorkFigures
const row = (name: string, asa_s?: number): FigureRow => ({ name, visits: { ...visits, asa_s }, drill: {} })

describe('figures', () => {
  it('are written in the way of the language', () => {
    expect(formatFigure(1284, 'count', 'en')).toBe('1,284')
    expect(formatFigure(86.44, 'percent', 'en')).toBe('86.4%')
    expect(formatFigure(86.44, 'percent', 'hu')).toBe('86,4%')
    expect(formatFigure(292.4, 'seconds', 'en')).toBe('4:52')
    expect(formatFigure(1.385, 'ratio', 'pl')).toBe('1,39')
  })

  it('that do not exist are not zero', () => expect(formatFigure(undefined, 'percent', 'en')).toBe('–'))

  it('are never rounded to all or to nothing', () => {
    expect(formatPercent(99.97, 'en')).toBe('99.9%')
    expect(formatPercent(99.7, 'en', 0)).toBe('99%')
    expect(formatPercent(0.01, 'en')).toBe('0.1%')
    expect(formatPercent(100, 'en', 0)).toBe('100%')
    expect(formatPercent(0, 'en')).toBe('0.0%')
  })
})

describe('a table', () => {
  it('has the columns that apply', () => {
    expect(columnsOf('queue', { visits, work, drill: {} })).toContain('sl_e')
    expect(columnsOf('queue', { work, drill: {} })).toEqual(['handled', 'aht_s', 'transfer_percent', 'first_reply_s', 'top_two_percent'])
    expect(columnsOf('day', { visits, work, drill: {} })).not.toContain('occupancy_percent')
  })

  it('sorts either way, and keeps what has no figure last', () => {
    const rows = [row('none'), row('slow', 90), row('quick', 5)]
    expect(sortRows(rows, readSort('asa_s')).map((r) => r.name)).toEqual(['quick', 'slow', 'none'])
    expect(sortRows(rows, readSort('-asa_s')).map((r) => r.name)).toEqual(['slow', 'quick', 'none'])
    expect(sortRows(rows, readSort('nothing')).map((r) => r.name)).toEqual(['none', 'slow', 'quick'])
  })

  it('knows the empty hours of the night', () => {
    expect(isEmptyRow({ drill: {}, visits: { ...visits, offered: 0 } })).toBe(true)
    expect(isEmptyRow({ drill: {}, work })).toBe(false)
  })
})

describe('scales', () => {
  it.each([
    [7, 'count', [0, 2, 4, 6, 8]],
    [1, 'count', [0, 1]],
    [120, 'count', [0, 50, 100, 150]],
    [3, 'percent', [0, 25, 50, 75, 100]],
    [292, 'seconds', [0, 60, 120, 180, 240, 300]],
  ] as const)('up to %d %s', (greatest, unit, ticks) => expect(ticksOf(greatest, unit)).toEqual(ticks))
})
