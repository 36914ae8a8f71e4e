import { Link } from '@tanstack/react-router'
import { Ellipsis, Keyboard, LogOut, SunMoon } from 'lucide-react'
import { useState } from 'react'
import { languageList, languages, useLanguage, useT } from '@/lib/i18n'
import { useRunCommand } from '@/lib/keys'
import { Sheet } from '@/kit/overlays'
import { shellCommands } from './commands'
import type { Area } from './feature'
import { useSetPreferences } from './preferences'
import classes from './Tabs.module.css'

const mostTabs = 4

/** The way to the areas on phones; what finds no room is under "More". */
export function Tabs({ areas, onHelp }: { areas: readonly Area[]; onHelp: () => void }) {
  const t = useT()
  const [more, setMore] = useState(false)
  return (
    <nav className={classes.tabs} aria-label={t('shell.areas')}>
      {areas.slice(0, mostTabs).map((area) => (
        <Tab key={area.id} area={area} />
      ))}
      <button type="button" className={classes.tab} onClick={() => setMore(true)} aria-haspopup="dialog">
        <Ellipsis size={20} aria-hidden />
        <span className={classes.label}>{t('shell.more')}</span>
      </button>
      <Sheet opened={more} onClose={() => setMore(false)} position="bottom" size="auto" title={t('shell.more')}>
        <More areas={areas.slice(mostTabs)} onHelp={onHelp} onClose={() => setMore(false)} />
      </Sheet>
    </nav>
  )
}

function Tab({ area }: { area: Area }) {
  const t = useT()
  const Icon = area.icon
  return (
    <Link to={area.to} className={classes.tab} activeProps={{ 'data-active': true }}>
      <span className={classes.icon}>
        <Icon size={20} aria-hidden />
        {area.Badge && <area.Badge />}
      </span>
      <span className={classes.label}>{t(area.label)}</span>
    </Link>
  )
}

function More({ areas, onHelp, onClose }: { areas: readonly Area[]; onHelp: () => void; onClose: () => void }) {
  const t = useT()
  const run = useRunCommand()
  const { language } = useLanguage()
  const set = useSetPreferences()
  const then = (act: () => void) => () => {
    onClose()
    act()
  }
  return (
    <div className={classes.more}>
      {areas.map(({ id, to, label, icon: Icon }) => (
        <Link key={id} to={to} className={classes.entry} onClick={onClose}>
          <Icon size={18} aria-hidden /> {t(label)}
        </Link>
      ))}
      <div className={classes.languages} role="group" aria-label={t('shell.language')}>
        {languageList.map((l) => (
          <button key={l} type="button" lang={l} aria-pressed={l === language} onClick={() => void set({ language: l })}>
            {languages[l]}
          </button>
        ))}
      </div>
      <button type="button" className={classes.entry} onClick={() => run(shellCommands.theme.id)}>
        <SunMoon size={18} aria-hidden /> {t('shell.switchTheme')}
      </button>
      <button type="button" className={classes.entry} onClick={then(onHelp)}>
        <Keyboard size={18} aria-hidden /> {t('shell.shortcuts')}
      </button>
      <button type="button" className={classes.entry} onClick={then(() => run(shellCommands.signOut.id))}>
        <LogOut size={18} aria-hidden /> {t('shell.signOut')}
      </button>
    </div>
  )
}
