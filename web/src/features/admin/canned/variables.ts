/** What is filled in a canned reply. The server stores none with another. */
export const variables = ['customer.name', 'customer.first_name', 'agent.name', 'agent.first_name', 'brand.name', 'conversation.subject'] as const
export type Variable = (typeof variables)[number]

// A name, and behind a bar what is said where nothing fills it.
const hole = /\{\{\s*([^{}|]{1,60}?)\s*(\|[^{}|]{0,100})?\}\}/g

/** A piece of a text: words, or a variable with what fills it; `known` tells whether there is one of this name. */
export interface Piece {
  text: string
  variable?: string
  known?: boolean
}

const isKnown = (name: string) => variables.some((v) => v === name)

/** Cuts a text at its variables and fills those that have a value, or words to stand in for one. */
export function filled(text: string, values: Readonly<Record<string, string>>): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(hole)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) })
    const name = match[1] ?? ''
    const instead = match[2]?.slice(1).trim()
    pieces.push({ text: values[name] || (instead ?? match[0]), variable: name, known: isKnown(name) })
    from = match.index + match[0].length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

/** The first variable of a text that nothing fills. */
export const unknownIn = (text: string): string | undefined => filled(text, {}).find((p) => p.known === false)?.variable
