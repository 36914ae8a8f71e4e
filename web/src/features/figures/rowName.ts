import { type Language, useT } from '@/lib/i18n'
import type { FigureRow, FigureTable, Grouping } from './types'

const locales: Record<Language, string> = { en: 'en-GB', pl: 'pl', hu: 'hu' }

/** How a row of a table is called: by its queue or agent, its day, or the time at which it begins. */
export function useRowName(table: FigureTable, by: Grouping): (row: FigureRow) => string {
  const t = useT()
  const when = timeNamer(table, by, t.language)
  return (row) => (by === 'queue' || by === 'agent' ? row.name || t('figures.gone') : when(row.drill.from ?? table.from))
}

/** Names times in the zone of the table; the day is left out where there is only one. */
export function timeNamer({ from, to, time_zone: timeZone }: Pick<FigureTable, 'from' | 'to' | 'time_zone'>, by: Grouping, language: Language, short = false): (at: string) => string {
  const day: Intl.DateTimeFormatOptions = short ? { day: 'numeric', month: 'numeric' } : { weekday: 'short', day: 'numeric', month: 'short' }
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  const oneDay = Date.parse(to) - Date.parse(from) <= 25 * 3_600_000
  const parts = by === 'day' ? day : oneDay ? time : { ...day, ...time }
  const format = new Intl.DateTimeFormat(locales[language], { timeZone, ...parts })
  return (at) => format.format(Date.parse(at))
}
