/** What the address of the list says. */
export interface ListSearch {
  q?: string
  brand?: string
  of?: 'organisations'
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)

export const readListSearch = (raw: Record<string, unknown>): ListSearch => ({ q: text(raw.q), brand: text(raw.brand), of: raw.of === 'organisations' ? 'organisations' : undefined })
