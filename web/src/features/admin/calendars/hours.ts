import type { CalendarException, Span } from '../types'

export const minutesOfDay = 1440
const minutesOfHour = 60
/** Days in the order of a European week, as the API counts them: Sunday is 0. */
export const weekOrder = [1, 2, 3, 4, 5, 6, 0] as const
export const mostSpans = 12

/** A time of day as it is written: 540 → "09:00". An end after midnight is shown as that morning's hour. */
export function timeText(minutes: number): string {
  const ofDay = minutes % minutesOfDay
  return `${String(Math.floor(ofDay / minutesOfHour)).padStart(2, '0')}:${String(ofDay % minutesOfHour).padStart(2, '0')}`
}

/** The end of an interval; midnight is the end of the day, not its begin. */
export const endText = (minutes: number) => (minutes === minutesOfDay ? '24:00' : timeText(minutes))

/** The minutes of a time of day, however it is typed: "9", "930", "9:30", "24:00"; undefined if it is none. */
export function parseTime(text: string): number | undefined {
  const found = /^(\d{1,2})(?:[:.]?(\d{2}))?$/.exec(text.trim())
  if (!found) return undefined
  const [hours, minutes] = [Number(found[1]), Number(found[2] ?? 0)]
  const time = hours * minutesOfHour + minutes
  return minutes < minutesOfHour && time <= minutesOfDay ? time : undefined
}

/** Whether an interval ends after midnight. */
export const crossesMidnight = (span: Span) => span.to > minutesOfDay

/** An interval from two times of day. An end that is not after the begin lies in the next day; 00:00 and 24:00 are midnight. */
export function spanOf(from: number, to: number): Span {
  const begin = from % minutesOfDay
  return { from: begin, to: to > begin ? to : to + minutesOfDay }
}

/** Where another interval may go: an hour after the last, or the usual working day. */
export function nextSpan(spans: readonly Span[]): Span {
  const last = spans.at(-1)
  if (!last) return { from: 9 * minutesOfHour, to: 17 * minutesOfHour }
  const from = Math.min(last.to + minutesOfHour, minutesOfDay - minutesOfHour)
  return { from, to: Math.min(from + 2 * minutesOfHour, minutesOfDay) }
}

/** Intervals in words: "09:00–12:00, 13:00–17:00". */
export const spansText = (spans: readonly Span[]) => spans.map((s) => `${timeText(s.from)}–${endText(s.to)}`).join(', ')

/** Whole days, such as around the clock. */
export const allDay: Span = { from: 0, to: minutesOfDay }

/** A week that is open on working days. */
export function workingWeek(): Span[][] {
  return Array.from({ length: 7 }, (_, day) => (day === 0 || day === 6 ? [] : [nextSpan([])]))
}

/** Minutes of a week's hours. */
export const openMinutes = (week: readonly (readonly Span[])[]) => week.flat().reduce((sum, s) => sum + s.to - s.from, 0)

/** Exceptions in the order of their days. */
export const byDate = (list: readonly CalendarException[]) => list.toSorted((a, b) => a.date.localeCompare(b.date))
