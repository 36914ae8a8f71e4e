import { Button } from '@mantine/core'
import { RefreshCw, WifiOff } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useLive, useLiveState } from '@/lib/live'
import { useSignedIn } from '@/lib/session'
import { useNow } from '@/lib/time'
import { Timer } from '@/kit/Timer'
import classes from './Banner.module.css'

const patience = 1500

/** Says that news have stopped, when that lasts; it never stands in the way. */
export function Banner() {
  const { connected, since } = useLiveState()
  const outdated = useOutdated()
  return (
    <div role="status">
      {!connected && <Lost since={since} />}
      {connected && outdated && <Outdated />}
    </div>
  )
}

/** Whether the server has become another version than the one this page came from. */
function useOutdated(): boolean {
  const { version } = useSignedIn()
  const [current, setCurrent] = useState(version)
  useLive<{ version: string }>('version', (told) => setCurrent(told.version))
  return current !== version
}

/** Offers the new version; when to reload is the person's choice, for texts may be half written. */
function Outdated() {
  const t = useT()
  return (
    <div className={classes.banner} data-tone="info">
      <RefreshCw size={16} aria-hidden />
      <span>{t('shell.newVersion')}</span>
      <Button size="xs" variant="default" onClick={() => location.reload()}>
        {t('shell.reload')}
      </Button>
    </div>
  )
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
