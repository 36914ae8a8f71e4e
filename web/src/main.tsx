import './theme/mantine.css'
import './theme/tokens.css'
import './theme/fonts.css'
import './theme/base.css'
import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nProvider, startI18n } from './lib/i18n'
import { makeQueryClient } from './lib/api/queries'
import { KeysProvider } from './lib/keys'
import { sessionQuery } from './lib/session'
import { ToastProvider } from './kit/toast'
import { makeRouter } from './router'
import { allCommands } from './shell/areas'
import { sessionEnded } from './shell/signOut'
import { resolveVariables, theme } from './theme/theme'

const cache = makeQueryClient(sessionEnded)
const router = makeRouter(cache)
const colorScheme = localStorageColorSchemeManager({ key: 'zongler.theme' })
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce

// The styles that lock the page's scrolling behind a dialog ask for their nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce })

async function start() {
  // Who is signed in is asked while the texts load.
  void cache.prefetchQuery(sessionQuery)
  const i18n = await startI18n()
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto" colorSchemeManager={colorScheme} getStyleNonce={() => nonce ?? ''}>
        <I18nProvider start={i18n}>
          <QueryClientProvider client={cache}>
            <Suspense>
              <KeysProvider specs={allCommands}>
                <ToastProvider>
                  <RouterProvider router={router} />
                </ToastProvider>
              </KeysProvider>
            </Suspense>
          </QueryClientProvider>
        </I18nProvider>
      </MantineProvider>
    </StrictMode>,
  )
}

void start()
