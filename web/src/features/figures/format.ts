import type { Language } from '@/lib/i18n'
import { formatDuration, formatNumber } from '@/lib/time'
import type { Unit } from './registry'

/** What stands where there is no figure: a whole of nothing has no share. */
export const noFigure = '–'

/** A figure in the words of the language. */
export function formatFigure(value: number | undefined, unit: Unit, language: Language): string {
  if (value === undefined) return noFigure
  switch (unit) {
    case 'count':
      return formatNumber(value, language)
    case 'percent':
      return formatPercent(value, language)
    case 'seconds':
      return formatDuration(Math.round(value) * 1000)
    case 'ratio':
      return formatNumber(value, language, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  }
}

/** Per cent with one decimal. What is not yet all or nothing is never rounded to it. */
export function formatPercent(value: number, language: Language, digits = 1): string {
  const step = 10 ** -digits
  const shown = value < 100 ? Math.min(value, 100 - step) : value
  return formatNumber((shown > 0 ? Math.max(shown, step) : shown) / 100, language, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })
}
