import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect, useState } from 'react'
import { languageList, useLanguage, useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { LiveProvider } from '@/lib/live'
import { lazyPart } from '@/lib/parts'
import { useSignedIn } from '@/lib/session'
import { PanelBoundary } from '@/kit/states'
import { useComputedColorScheme } from '@mantine/core'
import { areasFor, overlays } from './areas'
import { Banner } from './Banner'
import { shellCommands } from './commands'
import { type Area, goTo } from './feature'
import { nextLanguage, otherTheme, useApplyPreferences, useSetPreferences } from './preferences'
import { Rail } from './Rail'
import { unsentCount } from './leaving'
import { SignOutDialog } from './SignOutDialog'
import { sessionEnded } from './signOut'
import { usePrefetch } from './usePrefetch'
import { useSignOut } from './useSignOut'
import { Tabs } from './Tabs'
import { TopBar } from './TopBar'
import classes from './Shell.module.css'

const CommandBar = lazyPart(async () => (await import('./CommandBar')).CommandBar)
const HelpSheet = lazyPart(async () => (await import('./HelpSheet')).HelpSheet)

type Overlay = 'commands' | 'help' | 'signOut' | undefined

/** Everything around the screens of a person who is signed in. */
export function Shell() {
  return (
    <LiveProvider onSignedOut={sessionEnded}>
      <Frame />
    </LiveProvider>
  )
}

function Frame() {
  const t = useT()
  const session = useSignedIn()
  const [overlay, setOverlay] = useState<Overlay>()
  const path = useRouterState({ select: (s) => s.location.pathname })
  const areas = areasFor(session)
  useOwnPreferences()
  usePrefetch(areas)
  useShellCommands(setOverlay)

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        {t('shell.skip')}
      </a>
      {areas.map((area) => (
        <GoTo key={area.id} area={area} />
      ))}
      <Rail areas={areas} />
      <TopBar onSearch={() => setOverlay('commands')} />
      <main id="main" className={classes.main} tabIndex={-1}>
        <PanelBoundary floating>
          <Banner />
        </PanelBoundary>
        <div className={classes.screen}>
          <PanelBoundary resetKey={path}>
            <Outlet />
          </PanelBoundary>
        </div>
      </main>
      <Tabs areas={areas} onHelp={() => setOverlay('help')} />
      {overlays.map((Beside, i) => (
        <PanelBoundary floating key={i}>
          <Beside />
        </PanelBoundary>
      ))}
      <PanelBoundary floating resetKey={overlay}>
        <Suspense>
          {overlay === 'commands' && <CommandBar onClose={() => setOverlay(undefined)} />}
          {overlay === 'help' && <HelpSheet onClose={() => setOverlay(undefined)} />}
          {overlay === 'signOut' && <SignOutDialog onClose={() => setOverlay(undefined)} />}
        </Suspense>
      </PanelBoundary>
    </div>
  )
}

/** A person's own language and look follow them to this device. */
function useOwnPreferences() {
  const { user } = useSignedIn()
  const apply = useApplyPreferences()
  useEffect(() => {
    void apply({ language: user.language, theme: user.theme, density: user.density })
    // Only on signing in: later changes are made here and sent there.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [user.id])
}

function useShellCommands(open: (overlay: Overlay) => void) {
  const scheme = useComputedColorScheme('light')
  const { language } = useLanguage()
  const set = useSetPreferences()
  useCommand(shellCommands.commandBar, () => open('commands'))
  useCommand(shellCommands.help, () => open('help'))
  useCommand(shellCommands.theme, () => void set({ theme: otherTheme(scheme) }))
  useCommand(shellCommands.language, () => void set({ language: nextLanguage(language, languageList) }))
  const leave = useSignOut()
  useCommand(shellCommands.signOut, () => (unsentCount() > 0 ? open('signOut') : void leave()))
}

function GoTo({ area }: { area: Area }) {
  const navigate = useNavigate()
  useCommand(goTo(area), () => void navigate({ to: area.to }))
  return null
}
