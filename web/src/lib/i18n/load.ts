import type { Language } from './languages'
import type { Texts } from './translate'

type Load = () => Promise<{ texts: Texts }>

// One chunk per language: all its catalogues but those of other programs, of the administration, and what comes with a screen.
const loaders: Record<Language, Load> = {
  en: () => import('./texts.en'),
  pl: () => import('./texts.pl'),
  hu: () => import('./texts.hu'),
}

// What can go wrong is a fifth of all texts, and nothing has when the first screen is shown.
const errors: Record<Language, Load> = {
  en: () => import('./errors.en'),
  pl: () => import('./errors.pl'),
  hu: () => import('./errors.hu'),
}

/** Loads the texts of a language, without those of errors. */
export async function loadTexts(language: Language): Promise<Texts> {
  return (await loaders[language]()).texts
}

/** Loads the texts of errors. */
export async function loadErrors(language: Language): Promise<Texts> {
  return (await errors[language]()).texts
}
