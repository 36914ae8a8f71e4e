import { useT } from '@/lib/i18n'

const sunday = Date.UTC(2026, 0, 4)
const day = 24 * 60 * 60 * 1000

/** The name of a day of the week (Sunday is 0) in the current language, as a word that begins a line. */
export function useDayName(): (weekday: number) => string {
  const { language } = useT()
  const format = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' })
  return (weekday) => {
    const name = format.format(sunday + weekday * day)
    return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
  }
}

/** A calendar day ("2026-03-14") in words, whatever the viewer's zone. */
export function useDateText(): (date: string) => string {
  const { language } = useT()
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
  return (date) => format.format(Date.parse(`${date}T00:00:00Z`))
}
