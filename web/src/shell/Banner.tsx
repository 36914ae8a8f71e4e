import { Button } from '@mantine/core'
import { RefreshCw, WifiOff } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useLiveState } from '@/lib/live'
import { useNow } from '@/lib/time'
import { Timer } from '@/kit/Timer'
import classes from './Banner.module.css'

const patience = 1500

/** Says that news have stopped, when that lasts; it never stands in the way. */
export function Banner() {
  const { connected, since, build } = useLiveState()
  const outdated = isOutdated(pageBuild, build)
  return (
    <div role="status">
      {!connected && <Lost since={since} />}
      {connected && outdated && <Outdated />}
    </div>
  )
}

/** The build that this page came from; the server writes it into the page, the development server does not. */
const pageBuild = document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content

/** Whether the server has pages of another build than the one this page came from. */
export const isOutdated = (page: string | undefined, server: string | undefined) => page !== undefined && !page.startsWith('__') && server !== undefined && server !== page

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
