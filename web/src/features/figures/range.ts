/** Ranges of days that are named rather than dated: a link to "yesterday" stays one. */
export const presets = ['today', 'yesterday', 'week', 'month'] as const
export type Preset = (typeof presets)[number]

export interface Days {
  /** Dates such as 2026-03-14, both included. */
  from: string
  to: string
}

const dayMillis = 86_400_000
const isoDate = /^\d{4}-\d{2}-\d{2}$/

/** Whether a text is a date that exists. */
export function isDate(text: unknown): text is string {
  return typeof text === 'string' && isoDate.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
}

/** The date that it is in a time zone. */
export function dateIn(timeZone: string | undefined, now: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(now)
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** A date some days away; dates have no time zone and no changes of the clock. */
export function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMillis).toISOString().slice(0, 10)
}

/** The days of a named range, today being the date given. */
export function daysOf(preset: Preset, today: string): Days {
  switch (preset) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: shiftDate(today, -1), to: shiftDate(today, -1) }
    case 'week':
      return { from: shiftDate(today, -6), to: today }
    case 'month':
      return { from: `${today.slice(0, 8)}01`, to: today }
  }
}

/** How many days a range has. */
export const countDays = ({ from, to }: Days) => Math.round((Date.parse(to) - Date.parse(from)) / dayMillis) + 1

const maxIntervals = 7 * 24 * 4 // rows that the server gives by interval
const steps = [15, 30, 60] as const
export type Step = (typeof steps)[number]

/** The lengths of intervals, in minutes, that a range is not too long for. */
export function stepsFor(days: Days): Step[] {
  return steps.filter((step) => (countDays(days) * 24 * 60) / step <= maxIntervals)
}
