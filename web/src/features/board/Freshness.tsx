import { Clock, RadioTower } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { formatDuration } from '@/lib/time'
import { Badge, Dot } from '@/kit/Badge'
import { useAge } from './useBoard'
import classes from './Board.module.css'

/** Whether the numbers are live, and how old they are if not. */
export function Freshness({ heardAt, live }: { heardAt: number; live: boolean }) {
  const t = useT()
  const age = useAge(heardAt)
  if (age !== undefined) {
    return (
      <Badge tone="warn" icon={<Clock size={12} aria-hidden />}>
        {t('board.age', { age: formatDuration(age) })}
      </Badge>
    )
  }
  if (!live) {
    return (
      <Badge tone="warn" icon={<RadioTower size={12} aria-hidden />} title={t('board.notLiveHelp')}>
        {t('board.notLive')}
      </Badge>
    )
  }
  return (
    <span className={classes.live}>
      <Dot tone="ok" /> {t('board.live')}
    </span>
  )
}
