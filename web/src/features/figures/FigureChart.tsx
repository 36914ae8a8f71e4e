import { SegmentedControl } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import { BarList } from './BarList'
import { chartOf, kindsFor } from './chart'
import { TimeChart } from './TimeChart'
import type { FigureTable, Grouping } from './types'
import classes from './Chart.module.css'

const route = getRouteApi('/desk/figures')

/** The rows as a picture: columns over time, bars of queues and agents. The table below says the same in numbers. */
export function FigureChart({ table, by }: { table: FigureTable; by: Grouping }) {
  const t = useT()
  const kinds = kindsFor(table.total)
  const { chart: chosen } = route.useSearch()
  const kind = kinds.find((k) => k === chosen) ?? 'volume'
  const navigate = route.useNavigate()
  const chart = chartOf(kind, table.total)
  const overTime = by === 'day' || by === 'interval'
  return (
    <section className={classes.card} aria-labelledby="figures-chart">
      <header className={classes.head}>
        <h2 id="figures-chart">{t(`figures.chart.${kind}`)}</h2>
        {chart.parts.length > 1 && (
          <ul className={classes.legend}>
            {chart.parts.map((part) => (
              <li key={part.id}>
                <span className={classes.swatch} data-color={part.color} aria-hidden /> {t(`figures.legend.${part.id}`)}
              </li>
            ))}
          </ul>
        )}
        <SegmentedControl size="sm" className={classes.kinds} aria-label={t('figures.chart')} value={kind} onChange={(next) => void navigate({ search: (now) => ({ ...now, chart: kinds.find((k) => k === next) }), replace: true })} data={kinds.map((value) => ({ value, label: t(`figures.chart.${value}`) }))} />
      </header>
      {overTime ? <TimeChart table={table} by={by} chart={chart} label={t(`figures.chart.${kind}`)} /> : <BarList table={table} by={by} chart={chart} />}
    </section>
  )
}
