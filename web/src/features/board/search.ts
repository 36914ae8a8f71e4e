import { type FigureId, type RowKind, isFigure, isRowKind } from '../figures/registry'
import { textOf } from '../figures/search'

/** What the address of the board says. */
export interface BoardSearch {
  brand?: string
  /** On the wall: large, without controls. */
  wall?: true
  /** The figure whose rows are open, of one queue or of all, and the part looked at. */
  figure?: FigureId
  of?: string
  part?: RowKind
}

export function readSearch(raw: Record<string, unknown>): BoardSearch {
  return {
    brand: textOf(raw.brand),
    wall: raw.wall === true || raw.wall === 1 || raw.wall === '1' ? true : undefined,
    figure: isFigure(raw.figure) ? raw.figure : undefined,
    of: textOf(raw.of),
    part: isRowKind(raw.part) ? raw.part : undefined,
  }
}
