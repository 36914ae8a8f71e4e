import { type ReactNode, Suspense } from 'react'
import { useT } from './index'
import { provide } from './lazyTexts'

const providers = {
  en: provide(() => import('./chorus.en')),
  pl: provide(() => import('./chorus.pl')),
  hu: provide(() => import('./chorus.hu')),
}

/** Loads the texts about what is said in public, by one or by many alike, for those who work where everybody reads along. */
export function ChorusTexts({ children }: { children: ReactNode }) {
  const Provider = providers[useT().language]
  return (
    <Suspense>
      <Provider>{children}</Provider>
    </Suspense>
  )
}
