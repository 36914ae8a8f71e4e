/** Colours of a brand, moved just as far as reading needs. WCAG 2.2, 1.4.3. */

type RGB = [number, number, number]

const white: RGB = [255, 255, 255]
const black: RGB = [0, 0, 0]

/** Contrast that text needs against its ground. */
export const readable = 4.5

/** Returns the contrast ratio of two colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  return ratio(parse(a), parse(b))
}

/** Returns color, darkened or lightened in small steps until it can be read on (or under) against. */
export function fit(color: string, against: string, want = readable): string {
  const ground = parse(against)
  const own = parse(color)
  const towards = luminance(ground) > 0.18 ? black : white
  for (let step = 0; step <= 50; step++) {
    const moved = own.map((v, i) => Math.round(v + ((towards[i]! - v) * step) / 50)) as RGB
    if (ratio(moved, ground) >= want) return hex(moved)
  }
  return hex(towards)
}

function parse(color: string): RGB {
  const digits = /^#?([\da-f]{6})$/i.exec(color)?.[1] ?? '2f5bea'
  return [0, 2, 4].map((i) => Number.parseInt(digits.slice(i, i + 2), 16)) as RGB
}

function hex(c: RGB): string {
  return `#${c.map((v) => v.toString(16).padStart(2, '0')).join('')}`
}

function ratio(a: RGB, b: RGB): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

function luminance(c: RGB): number {
  const [r, g, b] = c.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)) as RGB
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
