/** Relative luminance of a #rrggbb colour (WCAG 2.2). */
function luminance(hex: string): number {
  const channel = (at: number) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

/** Contrast of two #rrggbb colours, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const white = '#ffffff'
const ink = '#12161f'

/** Black or white, whichever reads better on a brand's colour; white where both do. */
export function readableOn(color: string): string {
  if (!/^#[0-9a-f]{6}$/i.test(color)) return ink
  return contrast(white, color) >= 4.5 || contrast(white, color) >= contrast(ink, color) ? white : ink
}
