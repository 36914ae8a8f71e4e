import type admin from '../../../i18n/en/admin.json'
import type app from '../../../i18n/en/app.json'
import type articles from '../../../i18n/en/articles.json'
import type board from '../../../i18n/en/board.json'
import type cases from '../../../i18n/en/cases.json'
import type chorus from '../../../i18n/en/chorus.json'
import type customers from '../../../i18n/en/customers.json'
import type desk from '../../../i18n/en/desk.json'
import type errors from '../../../i18n/en/errors.json'
import type figures from '../../../i18n/en/figures.json'
import type goon from '../../../i18n/en/goon.json'
import type knowledge from '../../../i18n/en/knowledge.json'
import type opening from '../../../i18n/en/opening.json'
import type rules from '../../../i18n/en/rules.json'
import type mails from '../../../i18n/en/mails.json'

/**
 * The catalogues of the desk. A feature with its own texts adds one file per
 * language (i18n/<language>/<feature>.json) and one line here.
 */
type Catalogue = typeof admin & typeof app & typeof articles & typeof board & typeof cases & typeof chorus & typeof customers & typeof figures & typeof goon & typeof desk & typeof knowledge & typeof mails & typeof opening & typeof rules

type Plural = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other'
type Base<K> = K extends `${infer Name}_${Plural}` ? Name : K

/** A text's key; of a text with plural forms, the key without its form. */
export type Key = Base<keyof Catalogue> | `error.${Base<keyof typeof errors>}`

/** Values fill the holes of a text; `count` also picks its plural form. */
export type Values = Record<string, string | number>
