import { type Kind, kinds } from './find'

/** What the address of the search says. */
export interface SearchSearch {
  q?: string
  kinds?: Kind
  /** The customer who is shown beside the finds. */
  open?: string
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)

export const readSearch = (raw: Record<string, unknown>): SearchSearch => ({ q: text(raw.q), kinds: kinds.find((k) => k === raw.kinds), open: text(raw.open) })
