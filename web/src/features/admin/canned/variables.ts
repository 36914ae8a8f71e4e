/** What the desk fills in a canned reply. */
export const variables = ['customer.name', 'agent.name', 'brand.name'] as const
export type Variable = (typeof variables)[number]

const hole = /\{\{\s*([^{}]{1,60}?)\s*\}\}/g

/** A piece of a text: words, or a variable with what fills it; undefined for one that nothing fills. */
export interface Piece {
  text: string
  variable?: string
  known?: boolean
}

/** Cuts a text at its variables and fills those that have a value. */
export function filled(text: string, values: Record<string, string>): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(hole)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) })
    const name = match[1] ?? ''
    pieces.push({ text: values[name] ?? match[0], variable: name, known: name in values })
    from = match.index + match[0].length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}
