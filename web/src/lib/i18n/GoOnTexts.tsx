import { type ReactNode, Suspense } from 'react'
import { useT } from './index'
import { provide } from './lazyTexts'

const providers = {
  en: provide(() => import('./goon.en')),
  pl: provide(() => import('./goon.pl')),
  hu: provide(() => import('./goon.hu')),
}

/** Loads the texts of conversations that go on by chat. */
export function GoOnTexts({ children }: { children: ReactNode }) {
  const Provider = providers[useT().language]
  return (
    <Suspense>
      <Provider>{children}</Provider>
    </Suspense>
  )
}
