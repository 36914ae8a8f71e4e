/** Colours of a brand, moved just as far as reading needs. WCAG 2.2, 1.4.3. For white grounds the server has done it. */

/** Contrast that text needs against its ground. */
const readable = 4.5

/** Returns the contrast ratio of two colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  return ratio(luminance(parse(a)), luminance(parse(b)))
}

/** Returns color, lightened in small steps until it can be read on a dark ground. */
export function fit(color: string, ground: string): string {
  const dark = luminance(parse(ground))
  for (let part = 0; ; part += 0.02) {
    const moved = parse(color).map((v) => Math.round(v + (255 - v) * Math.min(part, 1)))
    if (part >= 1 || ratio(luminance(moved), dark) >= readable) return `#${moved.map((v) => (v + 256).toString(16).slice(1)).join('')}`
  }
}

function parse(color: string): number[] {
  const value = Number.parseInt(/^#?([\da-f]{6})$/i.exec(color)?.[1] ?? '2f5bea', 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** The relative luminance, with the veil of 0.05 that the ratio adds. */
function luminance(c: number[]): number {
  return [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => {
    const v = c[i]! / 255
    return sum + part * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  }, 0.05)
}

function ratio(a: number, b: number): number {
  return Math.max(a, b) / Math.min(a, b)
}
