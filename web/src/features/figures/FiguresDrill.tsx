import { getRouteApi } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import { DrillSheet } from './DrillSheet'
import { useRowName } from './rowName'
import type { FigureTable, Grouping } from './types'
import { rowKey, totalRow } from './useOpenRows'

const route = getRouteApi('/desk/figures')

/** The rows behind the figure that the address names. */
export function FiguresDrill({ table, by }: { table: FigureTable; by: Grouping }) {
  const t = useT()
  const nameOf = useRowName(table, by)
  const { figure, of, part } = route.useSearch()
  const navigate = route.useNavigate()
  const row = of === totalRow ? table.total : table.rows.find((r) => rowKey(r, by) === of)
  if (!figure || !row) return null
  return (
    <DrillSheet
      id={figure}
      source="figures"
      params={row.drill}
      timeZone={table.time_zone}
      of={row === table.total ? t('figures.total') : nameOf(row)}
      part={part}
      onPart={(next) => void navigate({ search: (now) => ({ ...now, part: next }), replace: true })}
      onClose={() => void navigate({ search: (now) => ({ ...now, figure: undefined, of: undefined, part: undefined }) })}
    />
  )
}
