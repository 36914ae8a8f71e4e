import { useMantineColorScheme } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { problemText } from '@/lib/api'
import { type Me, api, ok } from '@/lib/api'
import { type Language, useLanguage, useT } from '@/lib/i18n'
import { sessionKey, useSession } from '@/lib/session'
import type { Session } from '@/lib/api'
import { useToasts } from '@/kit/toast'

export type Preferences = Partial<Pick<Me, 'language' | 'theme' | 'density'>>

const densityKey = 'zongler.density'

/** The density of lists on this device. */
export function currentDensity(): Me['density'] {
  return document.documentElement.dataset.density === 'compact' ? 'compact' : 'comfortable'
}

/** Changes how the desk looks and speaks on this device. */
export function useApplyPreferences(): (preferences: Preferences) => Promise<void> {
  const { setColorScheme } = useMantineColorScheme()
  const { setLanguage } = useLanguage()
  return async ({ language, theme, density }) => {
    if (theme) setColorScheme(theme === 'system' ? 'auto' : theme)
    if (density) {
      document.documentElement.dataset.density = density
      localStorage.setItem(densityKey, density)
    }
    if (language) await setLanguage(language)
  }
}

/** Changes them here at once and keeps them for the person's other devices. */
export function useSetPreferences(): (preferences: Preferences) => Promise<void> {
  const apply = useApplyPreferences()
  const session = useSession()
  const cache = useQueryClient()
  const toasts = useToasts()
  const t = useT()
  return async (preferences) => {
    await apply(preferences)
    if (!session) return
    try {
      const user = await ok(api.PATCH('/api/v1/me', { body: preferences }))
      cache.setQueryData<Session | null>(sessionKey, (now) => now && { ...now, user })
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error) })
    }
  }
}

/** The theme after the given one, as the button switches them. */
export function otherTheme(shown: 'light' | 'dark'): 'light' | 'dark' {
  return shown === 'dark' ? 'light' : 'dark'
}

/** The language after the given one. */
export function nextLanguage(language: Language, all: readonly Language[]): Language {
  return all[(all.indexOf(language) + 1) % all.length] ?? language
}
