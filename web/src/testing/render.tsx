import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type RenderResult, render } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'
import type { Session } from '@/lib/api'
import { I18nProvider } from '@/lib/i18n'
import { type CommandSpec, KeysProvider } from '@/lib/keys'
import { sessionKey } from '@/lib/session'
import { ToastProvider, undoCommand } from '@/kit/toast'
import { texts as adminTexts } from '@/lib/i18n/admin.en'
import { texts as articleTexts } from '@/lib/i18n/articles.en'
import { texts as chorusTexts } from '@/lib/i18n/chorus.en'
import { texts as errorTexts } from '@/lib/i18n/errors.en'
import { texts as goonTexts } from '@/lib/i18n/goon.en'
import { texts as openingTexts } from '@/lib/i18n/opening.en'
import { texts } from '@/lib/i18n/texts.en'
import { theme } from '@/theme/theme'

/** A session of a person who holds the permissions for the whole tenant. */
export function sessionWith(...permissions: string[]): Session {
  return {
    user: { id: '1', name: 'Marta Zając', email: 'marta@example.com', language: 'en', theme: 'light', density: 'comfortable' },
    tenant: { id: '1', name: 'Kontakt Plus' },
    permissions: Object.fromEntries(permissions.map((p) => [p, 'tenant' as const])),
    brands: [],
    demo: false,
    version: 'test',
  }
}

/** Renders with everything that the desk has around a screen, in English. */
export function renderDesk(screen: ReactNode, { session = null as Session | null, commands = [undoCommand] as CommandSpec[] } = {}): RenderResult & { cache: QueryClient } {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' }, mutations: { networkMode: 'always' } } })
  cache.setQueryData(sessionKey, session)
  const shown = render(
    <MantineProvider theme={theme} env="test">
      <I18nProvider start={{ language: 'en', texts: { ...texts, ...errorTexts, ...adminTexts, ...articleTexts, ...chorusTexts, ...openingTexts, ...goonTexts } }}>
        <QueryClientProvider client={cache}>
          <Suspense>
            <KeysProvider specs={commands}>
              <ToastProvider>{screen}</ToastProvider>
            </KeysProvider>
          </Suspense>
        </QueryClientProvider>
      </I18nProvider>
    </MantineProvider>,
  )
  return { ...shown, cache }
}
