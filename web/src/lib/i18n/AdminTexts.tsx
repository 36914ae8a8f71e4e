import type { ReactNode } from 'react'
import { useT } from './index'
import { provide } from './lazyTexts'

const providers = {
  en: provide(() => import('./admin.en')),
  pl: provide(() => import('./admin.pl')),
  hu: provide(() => import('./admin.hu')),
}

/** Loads the texts of the administration, which few people ever open; the rest of the desk goes without them. */
export function AdminTexts({ children }: { children: ReactNode }) {
  const Provider = providers[useT().language]
  return <Provider>{children}</Provider>
}
