import type { Tone } from '@/kit/Badge'
import { isLanguage, languages } from '@/lib/i18n'
import type { Article, ArticleDetail, Edition, State, Version } from './types'

export const stateTones: Record<State, Tone> = { draft: 'warn', review: 'accent', published: 'ok', archived: 'neutral' }

/** A language in its own words. */
export const languageName = (code: string) => (isLanguage(code) ? languages[code] : code)

/** The text of a list of things in the language one reads, else in any. */
export function inLanguage<T extends { language: string }>(all: readonly T[], ...wanted: (string | undefined)[]): T | undefined {
  for (const language of wanted) {
    const found = all.find((one) => one.language === language)
    if (found) return found
  }
  return all[0]
}

/** What an article is called in the list. */
export const editionOf = (article: Article, ...wanted: (string | undefined)[]): Edition | undefined => inLanguage(article.editions, ...wanted)

/** The text that is being written in a language, or lies with a reviewer. */
export const openText = (article: ArticleDetail, language: string): Version | undefined => article.texts.find((v) => v.language === language && (v.state === 'draft' || v.state === 'review'))

/** The text that readers see in a language. */
export const publishedText = (article: ArticleDetail, language: string): Version | undefined => article.texts.find((v) => v.language === language && v.state === 'published')

/** All languages in which there is a text. */
export const languagesOf = (article: ArticleDetail): string[] => [...new Set(article.texts.map((v) => v.language))].toSorted()
