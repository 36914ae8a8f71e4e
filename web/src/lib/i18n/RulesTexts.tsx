import { type ReactNode, Suspense } from 'react'
import { useT } from './index'
import { provide } from './lazyTexts'

const providers = {
  en: provide(() => import('./rules.en')),
  pl: provide(() => import('./rules.pl')),
  hu: provide(() => import('./rules.hu')),
}

/** Loads the texts of what rules and macros do, for those who are about to use one. */
export function RulesTexts({ children }: { children: ReactNode }) {
  const Provider = providers[useT().language]
  return (
    <Suspense>
      <Provider>{children}</Provider>
    </Suspense>
  )
}
