import { type Instant, formatDuration, toMillis, useNow } from '@/lib/time'

/** Time since an instant, or left until one, by the page's one clock. */
export function Timer({ since, until, className }: { since?: Instant; until?: Instant; className?: string }) {
  const now = useNow('second')
  const ms = until === undefined ? now - toMillis(since ?? now) : toMillis(until) - now
  return (
    <span className={`num ${className ?? ''}`} role="timer">
      {formatDuration(ms)}
    </span>
  )
}
