import type { Template, TemplateUse } from '../types'

export type Values = Readonly<Record<string, string>>

/** The places of a template, in the order in which customers read them. */
export const placesOf = (template: Template) => template.parts.flatMap((part) => part.places)

/** What is missing or cannot be sent of a value: one line, no tabs, no long gaps. */
export function flawOf(value: string): 'empty' | 'line' | undefined {
  if (value.trim() === '') return 'empty'
  return /[\r\n\t]| {5}/.test(value) ? 'line' : undefined
}

export const isComplete = (template: Template, values: Values) => placesOf(template).every((place) => flawOf(values[place.key] ?? '') === undefined)

/** A piece of a text: fixed words, or a place with what stands there. */
export interface Piece {
  text: string
  /** Which place it is; undefined for fixed words. */
  key?: string
  given?: boolean
}

const place = /\{\{([^{}]+)\}\}/

/** A text of a template in pieces; where nothing is given yet, its example stands. */
export function piecesOf(text: string, values: Values, examples: Values): Piece[] {
  return text
    .split(place)
    .map((piece, index) => (index % 2 === 0 ? { text: piece } : { key: piece, given: Boolean(values[piece]), text: values[piece] || examples[piece] || '…' }))
    .filter((piece) => piece.text !== '')
}

export const examplesOf = (template: Template): Values => Object.fromEntries(placesOf(template).map((p) => [p.key, p.example ?? '']))

/** What the timeline shows until the server has made the message. */
export function textOf(template: Template, values: Values): string {
  const filled = (text: string) => piecesOf(text, values, {}).map((piece) => piece.text).join('')
  const said = template.parts.filter((part) => part.kind !== 'button').map((part) => filled(part.text))
  const buttons = template.parts.filter((part) => part.kind === 'button').map((part) => `[${part.text}]${part.link ? ` ${filled(part.link)}` : ''}`)
  return [...said, buttons.join('\n')].filter(Boolean).join('\n\n')
}

export const inUse = (template: Template, values: Values): TemplateUse => ({ name: template.name, language: template.language, values: { ...values } })

/** Templates that can be sent, those in the customer's language first; then the others. */
export function sorted(all: readonly Template[], q: string, language: string | undefined): Template[] {
  const words = q.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const rank = (t: Template) => (t.unfit ? 2 : language && t.language.slice(0, 2) === language.slice(0, 2) ? 0 : 1)
  return all
    .filter((t) => {
      const text = `${t.name.replaceAll('_', ' ')} ${t.name} ${t.language} ${t.parts.map((p) => p.text).join(' ')}`.toLocaleLowerCase()
      return words.every((word) => text.includes(word))
    })
    .toSorted((a, b) => rank(a) - rank(b))
}
