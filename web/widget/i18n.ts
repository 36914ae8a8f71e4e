/** The widget's words, in i18next's JSON v4 form: {{holes}} and _one _few _many _other. */
import type en from '../i18n/en/widget.json'

type Plain<K> = K extends `${infer Base}_${'one' | 'few' | 'many' | 'other'}` ? Base : K
export type Key = Plain<keyof typeof en & string>
export type Catalogue = Record<string, string>
export type Values = Record<string, string | number>
export type Translate = (key: Key, values?: Values) => string

/** Returns the translator of one language; a number under "count" chooses the plural form. */
export function translator(language: string, texts: Catalogue): Translate {
  const rules = new Intl.PluralRules(language)
  return (key, values = {}) => {
    const count = values.count
    const form = typeof count === 'number' ? texts[`${key}_${rules.select(count)}`] : undefined
    const text = form ?? texts[key] ?? texts[`${key}_other`] ?? ''
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))
  }
}
