import { Link } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { KeyCaps, useKeysOf } from '@/lib/keys'
import { useCan } from '@/lib/session'
import { Logo } from '@/kit/Logo'
import { PanelBoundary } from '@/kit/states'
import { shellCommands } from './commands'
import { NotificationBell } from './NotificationBell'
import { PresenceMenu } from './PresenceMenu'
import { QueueChips } from './QueueChips'
import classes from './TopBar.module.css'

/** The bar above all screens: own state, own queues, search, news. */
export function TopBar({ onSearch }: { onSearch: () => void }) {
  const t = useT()
  const present = useCan('presence.self')
  const keys = useKeysOf(shellCommands.commandBar)
  return (
    <header className={classes.bar}>
      <Link to="/" className={classes.logo} aria-label={t('shell.home')}>
        <Logo size={26} />
      </Link>
      {present && (
        <PanelBoundary>
          <PresenceMenu />
          <QueueChips />
        </PanelBoundary>
      )}
      <span className={classes.gap} />
      <button type="button" className={classes.search} onClick={onSearch} aria-keyshortcuts="Control+K">
        <Search size={16} aria-hidden />
        <span className={classes.searchText}>{t('shell.searchOrJump')}</span>
        <KeyCaps keys={keys} />
      </button>
      <PanelBoundary floating>
        <NotificationBell />
      </PanelBoundary>
    </header>
  )
}
