import { Fragment } from 'react'

const link = /\b(?:https?:\/\/|www\.)[^\s<>"']+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/gi
const trailing = /[.,;:!?)\]}'"»”]+$/

/** A piece of a text: words, or something one can follow. */
export interface Piece {
  text: string
  href?: string
}

/** Cuts a plain text at its addresses. A full stop after one belongs to the sentence. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(link)) {
    const raw = match[0]
    const found = balanced(raw)
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) })
    pieces.push({ text: found, href: hrefOf(found) })
    from = match.index + found.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

/** Drops closing signs from the end, but for a bracket that the address itself opened. */
function balanced(raw: string): string {
  const cut = raw.replace(trailing, '')
  return raw.charAt(cut.length) === ')' && cut.includes('(') && !cut.includes(')') ? `${cut})` : cut
}

function hrefOf(found: string): string {
  if (/^https?:/i.test(found)) return found
  return found.includes('@') ? `mailto:${found}` : `https://${found}`
}

/** A customer's or colleague's text as they wrote it, with links that work. No markup is read. */
export function Plain({ text }: { text: string }) {
  return (
    <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} dir="auto">
      {linkify(text).map((piece, i) =>
        piece.href ? (
          <a key={i} href={piece.href} target="_blank" rel="noopener noreferrer nofollow" title={piece.href}>
            {piece.text}
          </a>
        ) : (
          <Fragment key={i}>{piece.text}</Fragment>
        ),
      )}
    </span>
  )
}
