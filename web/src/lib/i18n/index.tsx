import { type ReactNode, createContext, use, useEffect, useMemo, useState } from 'react'
import { type Language, preferredLanguage, rememberLanguage } from './languages'
import { loadErrors, loadTexts } from './load'
import { type Texts, type Translate, makeTranslate } from './translate'

export type { Key, Values } from './keys'
export type { Translate } from './translate'
export { type Language, isLanguage, languageList, languageNames, languages } from './languages'

interface I18n {
  t: Translate
  texts: Texts
  /** Loads a language and switches to it; the old one stays until the new one is here. */
  setLanguage: (language: Language) => Promise<void>
}

const I18nContext = createContext<I18n | null>(null)

/** The language and its texts that the page starts with; load it before the first render. */
export interface Start {
  language: Language
  texts: Texts
}

/** Loads the texts of the preferred language. */
export async function startI18n(): Promise<Start> {
  const language = preferredLanguage()
  return { language, texts: await loadTexts(language) }
}

export function I18nProvider({ start, children }: { start: Start; children: ReactNode }) {
  const [{ language, texts }, set] = useState(start)

  useEffect(() => {
    document.documentElement.lang = language
  }, [language])

  // Those of errors follow the first screen; without a network, when it is back.
  const whole = 'error.internal' in texts
  useEffect(() => {
    if (whole) return
    let left = false
    const add = () =>
      void loadErrors(language).then(
        (more) => !left && set((now) => (now.language === language ? { language, texts: { ...now.texts, ...more } } : now)),
        () => !left && window.addEventListener('online', add, { once: true }),
      )
    add()
    return () => {
      left = true
      window.removeEventListener('online', add)
    }
  }, [language, whole])

  const value = useMemo<I18n>(
    () => ({
      t: makeTranslate(language, texts),
      texts,
      setLanguage: async (next) => {
        if (next === language) return
        const [loaded, more] = await Promise.all([loadTexts(next), loadErrors(next)])
        rememberLanguage(next)
        set({ language: next, texts: { ...loaded, ...more } })
      },
    }),
    [language, texts],
  )
  return <I18nContext value={value}>{children}</I18nContext>
}

/** Adds texts to those of the page for what is inside. */
export function MoreTexts({ texts, children }: { texts: Texts; children: ReactNode }) {
  const outer = useI18n()
  const value = useMemo<I18n>(() => {
    const all = { ...outer.texts, ...texts }
    return { ...outer, texts: all, t: makeTranslate(outer.t.language, all) }
  }, [outer, texts])
  return <I18nContext value={value}>{children}</I18nContext>
}

/** The translate function; its identity changes with the language, so cached renders follow. */
export function useT(): Translate {
  return useI18n().t
}

/** The current language and the way to change it. */
export function useLanguage() {
  const { t, setLanguage } = useI18n()
  return { language: t.language, setLanguage }
}

function useI18n(): I18n {
  const value = use(I18nContext)
  if (!value) throw new Error('useT needs an I18nProvider above it')
  return value
}
