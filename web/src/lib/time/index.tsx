import { useMemo } from 'react'
import { useT } from '../i18n'
import { type Instant, type RelativeWords, formatAgo, formatFull, toMillis } from './format'
import { useNow } from './clock'

export * from './format'
export { byServer, serverNow, setServerNow, useNow } from './clock'

/** The short words for "how long ago" in the current language. */
export function useRelativeWords(): RelativeWords {
  const t = useT()
  return useMemo(() => ({ now: t('time.now'), minutes: (n) => t('time.minutes', { n }), hours: (n) => t('time.hours', { n }) }), [t])
}

/** How long ago something was, kept true by the minute; hover shows the full time. */
export function Ago({ at, className }: { at: Instant; className?: string }) {
  const { language } = useT()
  const words = useRelativeWords()
  const now = useNow('minute')
  const ms = toMillis(at)
  return (
    <time className={className} dateTime={new Date(ms).toISOString()} title={formatFull(ms, language)}>
      {formatAgo(ms, Math.max(now, ms), language, words)}
    </time>
  )
}
