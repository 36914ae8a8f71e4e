/** Languages of the desk, each named in itself. */
export const languages = { en: 'English', pl: 'Polski', hu: 'Magyar' } as const

export type Language = keyof typeof languages

/** The language whose texts stand in when another lacks one. */
export const fallbackLanguage: Language = 'en'

export const languageList = Object.keys(languages) as Language[]

const storageKey = 'zongler.language'

export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && value in languages
}

/** The language to start with: chosen here before, else the browser's first that we have. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(storageKey)
  if (isLanguage(stored)) return stored
  for (const tag of navigator.languages) {
    const base = tag.split('-')[0]
    if (isLanguage(base)) return base
  }
  return fallbackLanguage
}

export function rememberLanguage(language: Language) {
  localStorage.setItem(storageKey, language)
}

/** Languages in their own words: "Polski, English". One that the desk does not speak stands by its code. */
export const languageNames = (codes: readonly string[]) => codes.map((code) => (isLanguage(code) ? languages[code] : code)).join(', ')
