import { type CaseQuery, type CaseView, type Category, categories } from './types'

export const views = ['mine', 'team', 'watching', 'all'] as const satisfies readonly CaseView[]

/** What the address of the cases says; what is as usual is left out. */
export interface CasesSearch {
  view?: CaseView
  category?: Category
  brand?: string
  q?: string
  sort?: 'newest'
  /** As a board instead of a list. */
  as?: 'board'
}

const asText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)

/** Keeps of an address what the cases know. */
export function readSearch(raw: Record<string, unknown>): CasesSearch {
  return {
    view: views.find((v) => v === raw.view),
    category: categories.find((c) => c === raw.category),
    brand: asText(raw.brand),
    q: asText(raw.q),
    sort: raw.sort === 'newest' ? 'newest' : undefined,
    as: raw.as === 'board' ? 'board' : undefined,
  }
}

/** What the address of one case says: which answer to all is looked at. */
export const readCaseSearch = (raw: Record<string, unknown>): { answer?: string } => ({ answer: asText(raw.answer) })

/** The list that an address asks for. */
export const queryOf = ({ view = 'mine', category, brand, q, sort }: CasesSearch): CaseQuery => ({ view, category, brand, q, sort })

/** Whether a list shows less than its whole view. */
export const isFiltered = ({ category, brand, q }: CasesSearch) => Boolean(category ?? brand ?? q)
