import type { Key, Values } from './keys'
import type { Language } from './languages'

/** Texts of one language by key, plural forms as separate keys (i18next JSON v4). */
export type Texts = Readonly<Record<string, string>>

/** Gives the text of a key with its holes filled. */
export type Translate = ((key: Key, values?: Values) => string) & {
  readonly language: Language
  /** Text of a key that is only known at run time, or undefined if there is none. */
  readonly maybe: (key: string, values?: Values) => string | undefined
}

const hole = /\{\{\s*([\w.]+)\s*\}\}/g

/**
 * Builds the translate function of one language. A new function per language is
 * deliberate: the compiler caches what `t('x')` returned until `t` itself changes.
 */
export function makeTranslate(language: Language, texts: Texts): Translate {
  const plurals = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(language)

  const find = (key: string, values?: Values): string | undefined => {
    if (typeof values?.count === 'number') {
      const exact = texts[`${key}_${plurals.select(values.count)}`] ?? texts[`${key}_other`]
      if (exact !== undefined) return exact
    }
    return texts[key]
  }
  const fill = (text: string, values?: Values) =>
    text.replace(hole, (whole, name: string) => {
      const value = values?.[name]
      if (value === undefined) return whole
      return typeof value === 'number' ? numbers.format(value) : value
    })
  const maybe = (key: string, values?: Values) => {
    const text = find(key, values)
    return text === undefined ? undefined : fill(text, values)
  }
  const t = (key: Key, values?: Values) => maybe(key, values) ?? key
  return Object.assign(t, { language, maybe })
}
