import type { Language } from '../i18n'

// English here is European: day before month, 24 hours.
const locales: Record<Language, string> = { en: 'en-GB', pl: 'pl', hu: 'hu' }

/** An instant as the API sends it (RFC 3339, UTC) or in milliseconds. */
export type Instant = string | number

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

export const toMillis = (at: Instant) => (typeof at === 'number' ? at : Date.parse(at))

// Making a formatter costs about a hundred formattings: keep each kind once.
const formatters = new Map<string, Intl.DateTimeFormat>()
function formatter(language: Language, options: Intl.DateTimeFormatOptions) {
  const id = language + JSON.stringify(options)
  let found = formatters.get(id)
  if (!found) formatters.set(id, (found = new Intl.DateTimeFormat(locales[language], { hourCycle: 'h23', ...options })))
  return found
}

/** A span as a timer shows it: 0:07, 12:40, 1:02:09. */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / second))
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`
}

const pad = (n: number) => String(n).padStart(2, '0')

/** A time of day: 14:32. */
export function formatTime(at: Instant, language: Language, timeZone?: string): string {
  return formatter(language, { hour: '2-digit', minute: '2-digit', timeZone }).format(toMillis(at))
}

/** A day: 14 Oct, with its year when that is not this year. */
export function formatDay(at: Instant, language: Language, now: number, timeZone?: string): string {
  const year = (ms: number) => formatter(language, { year: 'numeric', timeZone }).format(ms)
  const sameYear = year(toMillis(at)) === year(now)
  return formatter(language, { day: 'numeric', month: 'short', year: sameYear ? undefined : 'numeric', timeZone }).format(toMillis(at))
}

/** Day and time in full, for what shows on hover. */
export function formatFull(at: Instant, language: Language, timeZone?: string): string {
  return formatter(language, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(toMillis(at))
}

export interface RelativeWords {
  now: string
  minutes: (n: number) => string
  hours: (n: number) => string
}

/** How long ago in one short word (2m, 5h), or the day when it is more than a day. */
export function formatAgo(at: Instant, now: number, language: Language, words: RelativeWords): string {
  const age = now - toMillis(at)
  if (age < minute) return words.now
  if (age < hour) return words.minutes(Math.floor(age / minute))
  if (age < day) return words.hours(Math.floor(age / hour))
  return formatDay(at, language, now)
}

/** The heading of a day in a timeline: today, yesterday, or its date with the weekday. */
export function formatDayHeading(at: Instant, now: number, language: Language): string {
  const days = Math.round((startOfDay(toMillis(at)) - startOfDay(now)) / day)
  if (days === 0 || days === -1) return capitalise(new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' }).format(days, 'day'), language)
  return formatter(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(toMillis(at))
}

const startOfDay = (ms: number) => new Date(ms).setHours(0, 0, 0, 0)
const capitalise = (text: string, language: Language) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1)

/** A number with the language's separators. */
export function formatNumber(n: number, language: Language, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(locales[language], options).format(n)
}
