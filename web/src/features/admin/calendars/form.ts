import { changed } from '../parts/collection'
import type { Calendar, CalendarException, Span } from '../types'
import { byDate } from './hours'

/** The form of a calendar. */
export interface CalendarInput {
  name: string
  time_zone: string
  country: 'PL' | 'HU' | null
  week: Span[][]
  holiday_hours: Span[]
  exceptions: CalendarException[]
}

export function calendarInput(c: Calendar): CalendarInput {
  return { name: c.name, time_zone: c.time_zone, country: c.country || null, week: c.week, holiday_hours: c.holiday_hours ?? [], exceptions: byDate(c.exceptions ?? []) }
}

/** What makes a calendar: without a country there are no holidays. */
export function newCalendarBody({ country, ...rest }: CalendarInput) {
  return country ? { ...rest, country } : rest
}

/** What changes one: an empty country takes the holidays away. */
export function calendarBody(input: CalendarInput, before: CalendarInput) {
  const body = (c: CalendarInput) => ({ ...c, country: c.country ?? ('' as const) })
  return changed(body(input), body(before))
}
