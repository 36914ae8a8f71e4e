import { useT } from '@/lib/i18n'
import type { Chart } from './chart'
import { formatFigure } from './format'
import { useRowName } from './rowName'
import type { FigureTable, Grouping } from './types'
import { rowKey, useOpenRows } from './useOpenRows'
import classes from './Chart.module.css'

const mostBars = 12

/** Bars of queues or agents, the greatest first. */
export function BarList({ table, by, chart }: { table: FigureTable; by: Grouping; chart: Chart }) {
  const t = useT()
  const nameOf = useRowName(table, by)
  const openRows = useOpenRows()
  const known = table.rows.flatMap((row) => ({ row, value: chart.total(row) })).filter((b): b is typeof b & { value: number } => b.value !== undefined)
  const sorted = known.toSorted((a, b) => b.value - a.value)
  const greatest = chart.unit === 'percent' ? 100 : Math.max(1, ...sorted.map((b) => b.value))
  if (sorted.length === 0) return <p className={classes.nothing}>{t('figures.noChart')}</p>
  return (
    <>
      <ul className={classes.bars}>
        {sorted.slice(0, mostBars).map(({ row, value }) => (
          <li key={rowKey(row, by)}>
            <button type="button" className={classes.bar} onClick={() => openRows(chart.figure, rowKey(row, by))} title={t('figures.showRows')}>
              <span className={classes.barName}>{nameOf(row)}</span>
              <span className={classes.track} aria-hidden>
                {chart.parts.map((part) => (
                  <span key={part.id} className={classes.part} data-color={part.color} style={{ width: `${(100 * part.of(row)) / greatest}%` }} />
                ))}
              </span>
              <span className={classes.barValue}>{formatFigure(value, chart.unit, t.language)}</span>
            </button>
          </li>
        ))}
      </ul>
      {sorted.length > mostBars && <p className={classes.rest}>{t('figures.moreBars', { count: sorted.length - mostBars })}</p>}
    </>
  )
}
