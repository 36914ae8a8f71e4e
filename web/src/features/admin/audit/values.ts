const shortText = 60 // characters that fit a cell

/** A stored value as text: lists of words in one line, anything deeper as JSON. */
export function valueText(value: unknown): string {
  if (Array.isArray(value) && value.every((v) => typeof v !== 'object' || v === null)) return value.length === 0 ? '[]' : value.map(String).join(', ')
  return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 1) : String(value)
}

/** Whether a text needs no box of its own. */
export const isShort = (text: string) => text.length <= shortText && !text.includes('\n')
