import type { Language } from './languages'
import type { Texts } from './translate'

// One chunk per language: all its catalogues but those of other programs and of the administration.
const loaders: Record<Language, () => Promise<{ texts: Texts }>> = {
  en: () => import('./texts.en'),
  pl: () => import('./texts.pl'),
  hu: () => import('./texts.hu'),
}

/** Loads the texts of a language. */
export async function loadTexts(language: Language): Promise<Texts> {
  return (await loaders[language]()).texts
}
