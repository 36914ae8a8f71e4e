import type { ReactNode } from 'react'
import { type Part, lazyAlone } from '../parts'
import { MoreTexts } from './index'
import type { Texts } from './translate'

/** Has what stands within read texts that are loaded when it is first shown. */
export const provide = (load: () => Promise<{ texts: Texts }>): Part<{ children: ReactNode }> =>
  lazyAlone(async () => {
    const { texts } = await load()
    return function Provided({ children }: { children: ReactNode }) {
      return <MoreTexts texts={texts}>{children}</MoreTexts>
    }
  })
