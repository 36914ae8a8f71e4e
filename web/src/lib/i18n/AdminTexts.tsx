import type { ReactNode } from 'react'
import { type Part, lazyAlone } from '../parts'
import { MoreTexts, useT } from './index'
import type { Language } from './languages'
import type { Texts } from './translate'

type Provider = Part<{ children: ReactNode }>

const provide = (load: () => Promise<{ texts: Texts }>): Provider =>
  lazyAlone(async () => {
    const { texts } = await load()
    return function Provided({ children }: { children: ReactNode }) {
      return <MoreTexts texts={texts}>{children}</MoreTexts>
    }
  })

const providers: Record<Language, Provider> = {
  en: provide(() => import('./admin.en')),
  pl: provide(() => import('./admin.pl')),
  hu: provide(() => import('./admin.hu')),
}

/** Loads the texts of the administration, which few people ever open; the rest of the desk goes without them. */
export function AdminTexts({ children }: { children: ReactNode }) {
  const Provider = providers[useT().language]
  return <Provider>{children}</Provider>
}
