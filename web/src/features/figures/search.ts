import { type Preset, type Step, daysOf, dateIn, isDate, presets, stepsFor } from './range'
import { type FigureId, type RowKind, isFigure, isRowKind } from './registry'
import { type FigureQuery, type Grouping, groupings } from './types'

export const chartKinds = ['volume', 'level', 'handle', 'satisfaction'] as const
export type ChartKind = (typeof chartKinds)[number]

/** What the address of the screen says. Absent is the usual. */
export interface FigureSearch {
  by?: Grouping
  range?: Preset
  from?: string
  to?: string
  tz?: string
  step?: Step
  brand?: string
  queue?: string
  agent?: string
  chart?: ChartKind
  /** The column that the table is sorted by, with a minus in front for the greatest first. */
  sort?: string
  /** The figure whose rows are open, the row of the table that it stands in, and the part looked at. */
  figure?: FigureId
  of?: string
  part?: RowKind
}

export const usualBy: Grouping = 'queue'
export const usualRange: Preset = 'week'

/** A text of the address. The router reads digits as a number, which keeps an id whole only while it is small. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

const oneOf = <T>(all: readonly T[], value: unknown) => all.find((one) => one === value)

/** Reads the address; what makes no sense is left out, not shown as an error. */
export function readSearch(raw: Record<string, unknown>): FigureSearch {
  const dated = isDate(raw.from) && isDate(raw.to) && raw.from <= raw.to
  return {
    by: oneOf(groupings, raw.by),
    range: dated ? undefined : oneOf(presets, raw.range),
    from: dated ? String(raw.from) : undefined,
    to: dated ? String(raw.to) : undefined,
    tz: textOf(raw.tz),
    step: oneOf([15, 30, 60] as const, Number(raw.step)),
    brand: textOf(raw.brand),
    queue: textOf(raw.queue),
    agent: textOf(raw.agent),
    chart: oneOf(chartKinds, raw.chart),
    sort: textOf(raw.sort),
    figure: isFigure(raw.figure) ? raw.figure : undefined,
    of: textOf(raw.of),
    part: isRowKind(raw.part) ? raw.part : undefined,
  }
}

/** The question that an address asks, in a time zone and at a time. */
export function queryOf(search: FigureSearch, timeZone: string | undefined, now: number): FigureQuery {
  const by = search.by ?? usualBy
  const days = search.from && search.to ? { from: search.from, to: search.to } : daysOf(search.range ?? usualRange, dateIn(timeZone, now))
  const possible = stepsFor(days)
  const step = by === 'interval' ? (possible.find((s) => s === search.step) ?? possible[0] ?? 60) : undefined
  return { by, ...days, tz: timeZone, step, brand: search.brand, queue: search.queue, agent: search.agent }
}
