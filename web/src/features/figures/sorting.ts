import { type FigureId, figure, isFigure } from './registry'
import type { FigureRow } from './types'

/** A column to sort by, the greatest first unless told otherwise. */
export interface Sorting {
  id: FigureId
  ascending: boolean
}

/** Reads the sorting of an address: "asa_s", or "-asa_s" for the greatest first. */
export function readSort(text: string | undefined): Sorting | undefined {
  const id = text?.replace(/^-/, '')
  return isFigure(id) ? { id, ascending: !text?.startsWith('-') } : undefined
}

/** The rows in order; those without the figure are last either way. */
export function sortRows(rows: readonly FigureRow[], sorting: Sorting | undefined): FigureRow[] {
  if (!sorting) return [...rows]
  const { of } = figure(sorting.id)
  const sign = sorting.ascending ? 1 : -1
  return rows.toSorted((a, b) => {
    const [left, right] = [of(a), of(b)]
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined)
    return sign * (left - right)
  })
}
