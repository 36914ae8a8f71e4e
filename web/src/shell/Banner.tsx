import { WifiOff } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useLiveState } from '@/lib/live'
import { useNow } from '@/lib/time'
import { Timer } from '@/kit/Timer'
import classes from './Banner.module.css'

const patience = 1500

/** Says that news have stopped, when that lasts; it never stands in the way. */
export function Banner() {
  const { connected, since } = useLiveState()
  return <div role="status">{!connected && <Lost since={since} />}</div>
}

function Lost({ since }: { since: number }) {
  const t = useT()
  const now = useNow('second')
  if (now - since < patience) return null
  return (
    <p className={classes.banner}>
      <WifiOff size={16} aria-hidden />
      <span>
        <strong>{t('connection.lost')}</strong> {t('connection.kept')}
      </span>
      <span aria-hidden>
        <Timer since={since} />
      </span>
    </p>
  )
}
