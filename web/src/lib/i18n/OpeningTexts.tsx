import { type ReactNode, Suspense } from 'react'
import { useT } from './index'
import { provide } from './lazyTexts'

const providers = {
  en: provide(() => import('./opening.en')),
  pl: provide(() => import('./opening.pl')),
  hu: provide(() => import('./opening.hu')),
}

/** Loads the texts with which one writes first to a customer. */
export function OpeningTexts({ children }: { children: ReactNode }) {
  const Provider = providers[useT().language]
  return (
    <Suspense>
      <Provider>{children}</Provider>
    </Suspense>
  )
}
