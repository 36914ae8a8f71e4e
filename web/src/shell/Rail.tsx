import { ActionIcon, Menu, useComputedColorScheme } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Check, Keyboard, Languages, LogOut, Moon, Sun, UserRound } from 'lucide-react'
import { languageList, languages, useLanguage, useT } from '@/lib/i18n'
import { useRunCommand } from '@/lib/keys'
import { useSignedIn } from '@/lib/session'
import { Avatar } from '@/kit/Avatar'
import { Logo } from '@/kit/Logo'
import { Tip } from '@/kit/Tip'
import { shellCommands } from './commands'
import { type Area, goTo } from './feature'
import { otherTheme, useSetPreferences } from './preferences'
import classes from './Rail.module.css'

/** The way to the areas at the left; on phones the tabs do it. */
export function Rail({ areas }: { areas: readonly Area[] }) {
  const t = useT()
  return (
    <div className={classes.rail}>
      <Link to="/" className={classes.logo} aria-label={t('shell.home')}>
        <Logo />
      </Link>
      <nav className={classes.areas} aria-label={t('shell.areas')}>
        {areas
          .filter((a) => !a.foot)
          .map((area) => (
            <AreaLink key={area.id} area={area} />
          ))}
      </nav>
      <div className={classes.foot}>
        <LanguageMenu />
        <ThemeButton />
        {areas
          .filter((a) => a.foot && a.id !== 'me')
          .map((area) => (
            <AreaLink key={area.id} area={area} />
          ))}
        <PersonMenu />
      </div>
    </div>
  )
}

function AreaLink({ area }: { area: Area }) {
  const t = useT()
  const label = t(area.label)
  const Icon = area.icon
  return (
    <Tip label={label} command={goTo(area)} position="right">
      <Link to={area.to} className={classes.area} activeProps={{ 'data-active': true }}>
        <Icon size={20} strokeWidth={1.8} aria-hidden />
        <span className="sr-only">{label}</span>
        {area.Badge && (
          <span className={classes.count}>
            <area.Badge />
          </span>
        )}
      </Link>
    </Tip>
  )
}

function LanguageMenu() {
  const t = useT()
  const { language } = useLanguage()
  const set = useSetPreferences()
  return (
    <Menu position="right-end">
      <Menu.Target>
        <ActionIcon size={40} radius="lg" aria-label={t('shell.language')}>
          <Languages size={20} strokeWidth={1.8} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {languageList.map((l) => (
          <Menu.Item key={l} lang={l} onClick={() => void set({ language: l })} rightSection={l === language && <Check size={14} aria-label={t('state.chosen')} />}>
            {languages[l]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function ThemeButton() {
  const t = useT()
  const scheme = useComputedColorScheme('light')
  const set = useSetPreferences()
  const label = t(scheme === 'dark' ? 'shell.toLight' : 'shell.toDark')
  return (
    <Tip label={label} position="right">
      <ActionIcon size={40} radius="lg" aria-label={label} onClick={() => void set({ theme: otherTheme(scheme) })}>
        {scheme === 'dark' ? <Sun size={20} strokeWidth={1.8} /> : <Moon size={20} strokeWidth={1.8} />}
      </ActionIcon>
    </Tip>
  )
}

function PersonMenu() {
  const t = useT()
  const run = useRunCommand()
  const { user, tenant } = useSignedIn()
  return (
    <Menu position="right-end">
      <Menu.Target>
        <button type="button" className={classes.person}>
          <Avatar name={user.name} size={32} />
          <span className="sr-only">{t('shell.person', { name: user.name })}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.card}>
          <strong>{user.name}</strong>
          <span>{user.email}</span>
          <span>{tenant.name}</span>
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/me" leftSection={<UserRound size={16} />}>
          {t('me.title')}
        </Menu.Item>
        <Menu.Item leftSection={<Keyboard size={16} />} onClick={() => run(shellCommands.help.id)}>
          {t('shell.shortcuts')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} />} onClick={() => run(shellCommands.signOut.id)}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
