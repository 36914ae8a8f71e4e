import { Button } from '@mantine/core'
import { Hourglass } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useT } from '@/lib/i18n'
import { formatDuration } from '@/lib/time'
import classes from './Composer.module.css'

const minute = 60_000

/** Whether the channel's time for free text is over; it changes by itself when it is. */
export function useWindowClosed(until: string | undefined): boolean {
  const [now, setNow] = useState(() => Date.now())
  const end = until ? Date.parse(until) : undefined
  useEffect(() => {
    if (end === undefined || end <= now) return
    // A browser counts no further ahead than 24 days.
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, Math.min(end - Date.now(), 24 * 24 * 60 * minute)))
    return () => clearTimeout(timer)
  }, [end, now])
  return end !== undefined && end <= now
}

/**
 * How long the channel still takes free text, that it takes none any more, or (without a time) that it never does.
 * Where its provider has approved texts, one of them can be sent then.
 */
export function ReplyWindow({ until, onTemplate }: { until: string | undefined; onTemplate?: () => void }) {
  const t = useT()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minute)
    return () => clearInterval(timer)
  }, [])
  const left = until ? Date.parse(until) - now : 0
  return (
    <p className={classes.window} data-closed={left <= 0 || undefined} role={left <= 0 ? 'status' : undefined}>
      <Hourglass size={14} aria-hidden />
      <span>
        {!until ? t('error.channel.cannot_send') : left <= 0 ? t(onTemplate ? 'desk.template.closed' : 'error.reply.window_closed') : t('desk.compose.windowLeft', { time: formatDuration(left) })}
      </span>
      {left <= 0 && onTemplate && (
        <Button size="compact-sm" variant="default" onClick={onTemplate}>
          {t('desk.template.use')}
        </Button>
      )}
    </p>
  )
}
