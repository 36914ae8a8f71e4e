import { useEffect, useEffectEvent } from 'react'
import type { Schemas } from '@/lib/api'

export type Macro = Schemas['MacroBody']

/** The place that shows macros for the conversation whose composer is on the screen. */
interface Place {
  brand: string
  show: (macro: Macro) => void
}

let here: Place | undefined

/** The place for macros now, if a conversation can take one. */
export const macroPlace = () => here

/** Takes macros that are chosen elsewhere, such as in the command bar, for a conversation of a brand. */
export function useMacroPlace(brand: string, show: (macro: Macro) => void, enabled: boolean) {
  const take = useEffectEvent(show)
  useEffect(() => {
    if (!enabled) return undefined
    const own: Place = { brand, show: (macro) => take(macro) }
    here = own
    return () => {
      if (here === own) here = undefined
    }
  }, [brand, enabled])
}
