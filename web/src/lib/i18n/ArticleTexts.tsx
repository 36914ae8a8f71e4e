import { type ReactNode, Suspense } from 'react'
import { useT } from './index'
import { provide } from './lazyTexts'

const providers = {
  en: provide(() => import('./articles.en')),
  pl: provide(() => import('./articles.pl')),
  hu: provide(() => import('./articles.hu')),
}

/** Loads the texts with which articles are written, for those who write them. */
export function ArticleTexts({ children }: { children: ReactNode }) {
  const Provider = providers[useT().language]
  return (
    <Suspense>
      <Provider>{children}</Provider>
    </Suspense>
  )
}
