import { getRouteApi } from '@tanstack/react-router'
import type { FigureId } from './registry'
import type { FigureRow, Grouping } from './types'

const route = getRouteApi('/desk/figures')

/** The row of the table that sums up the others. */
export const totalRow = 'total'

/** The name of a row in the address. */
export function rowKey(row: FigureRow, by: Grouping): string {
  const { queue, agent, from } = row.drill
  return (by === 'queue' ? queue : by === 'agent' ? agent : from) ?? ''
}

/** Opens the rows behind a figure of one row of the table. */
export function useOpenRows() {
  const navigate = route.useNavigate()
  return (figure: FigureId, of: string) => void navigate({ search: (now) => ({ ...now, figure, of, part: undefined }) })
}
