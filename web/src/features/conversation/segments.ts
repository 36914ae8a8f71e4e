// How a text goes out over mobile networks: internal/kit/smstext, and held to its vectors.

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const extension = '\f^{}\\[~]|€'
const one = new Set(basic)
const two = new Set(extension)

export interface Segments {
  segments: number
  /** What is free in the last one. */
  left: number
  /** The first character for which all of the text takes more than twice the room; empty: there is none. */
  wide: string
}

/** Counts the segments of a text; an empty one is none. */
export function segmentsOf(text: string): Segments {
  const characters = [...text]
  const wide = characters.find((c) => !one.has(c) && !two.has(c)) ?? ''
  const [alone, together] = wide ? [70, 67] : [160, 153]
  const unitsOf = (c: string) => (wide ? c.length : two.has(c) ? 2 : 1)
  let segments = 0
  let used = 0
  let total = 0
  for (const c of characters) {
    const units = unitsOf(c)
    total += units
    if (segments === 0 || used + units > together) {
      segments++
      used = 0
    }
    used += units
  }
  if (total <= alone) return { segments: Math.min(segments, 1), left: alone - total, wide }
  return { segments, left: together - used, wide }
}

const plainly: Record<string, string> = {
  ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ı: 'i', œ: 'oe', Œ: 'OE', ő: 'ö', Ő: 'Ö', ű: 'ü', Ű: 'Ü',
  '„': '"', '”': '"', '“': '"', '«': '"', '»': '"', '’': "'", '‘': "'", '‚': "'", '–': '-', '—': '-', '−': '-', '…': '...',
  '\u00a0': ' ', '\u202f': ' ', '\u2009': ' ', '\u200b': '', '\u00ad': '', '•': '-', '\t': ' ',
}

/** Leaves out the accents that cost more, as the channel does where its settings say so. */
export function plain(text: string): string {
  if (segmentsOf(text).wide === '') return text
  const out = [...text.normalize('NFC')].map((c) => plainly[c] ?? bare(c)).join('')
  return segmentsOf(out).wide === '' ? out : text
}

function bare(c: string): string {
  if (one.has(c) || two.has(c)) return c
  const kept = [...c.normalize('NFD')].filter((part) => one.has(part) || two.has(part)).join('')
  return kept || c
}
