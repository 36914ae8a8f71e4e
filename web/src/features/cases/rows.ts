import type { Board, CaseQuery, CaseRow } from './types'

/** Whether a case is on a list; undefined if only the server can tell. */
export function belongs(row: CaseRow, query: CaseQuery, me: string): boolean | undefined {
  if (query.brand && row.brand_id !== query.brand) return false
  const fits = query.category === 'done' ? !row.open : row.open && (query.category === undefined || row.category === query.category)
  if (!fits) return false
  if (query.q) return undefined
  switch (query.view) {
    case 'all':
      return true
    case 'mine':
      return row.owner?.id === me
    case 'team':
    case 'watching':
      return undefined
  }
}

/** The board with a case as it now is: in its place if that is the same column, else on top of its new one. */
export function placeOnBoard(board: Board, row: CaseRow): Board {
  const from = board.columns.find((c) => c.items.some((r) => r.id === row.id))
  if (from?.status_id === row.status_id) return withItems(board, from.status_id, (items) => items.map((r) => (r.id === row.id ? row : r)), 0)
  const without = from ? withItems(board, from.status_id, (items) => items.filter((r) => r.id !== row.id), -1) : board
  return withItems(without, row.status_id, (items) => [row, ...items], 1)
}

/** The board without a case. */
export function takeOffBoard(board: Board, id: string): Board {
  const from = board.columns.find((c) => c.items.some((r) => r.id === id))
  return from ? withItems(board, from.status_id, (items) => items.filter((r) => r.id !== id), -1) : board
}

/** The case of a board by its key. */
export const findOnBoard = (board: Board, id: string) => board.columns.flatMap((c) => c.items).find((r) => r.id === id)

function withItems(board: Board, status: string, change: (items: CaseRow[]) => CaseRow[], more: number): Board {
  return { ...board, columns: board.columns.map((c) => (c.status_id === status ? { ...c, count: Math.max(0, c.count + more), items: change(c.items) } : c)) }
}

/** Where the focus goes on a board: a column and a place in it. */
export interface Spot {
  column: number
  place: number
}

/** The spot that an arrow leads to; columns with nothing in them are passed over, and at the ends it stops. */
export function stepOnBoard(sizes: readonly number[], from: Spot, key: string): Spot | undefined {
  const inColumn = (place: number) => ({ column: from.column, place: Math.min(Math.max(0, place), (sizes[from.column] ?? 1) - 1) })
  switch (key) {
    case 'ArrowDown':
      return inColumn(from.place + 1)
    case 'ArrowUp':
      return inColumn(from.place - 1)
    case 'ArrowRight':
    case 'ArrowLeft': {
      const by = key === 'ArrowRight' ? 1 : -1
      for (let column = from.column + by; column >= 0 && column < sizes.length; column += by) {
        const size = sizes[column] ?? 0
        if (size > 0) return { column, place: Math.min(from.place, size - 1) }
      }
      return from
    }
    default:
      return undefined
  }
}
