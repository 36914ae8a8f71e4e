import { useElementSize } from '@mantine/hooks'
import { type PointerEvent, useState } from 'react'
import { useT } from '@/lib/i18n'
import { type Chart, ticksOf } from './chart'
import { formatFigure } from './format'
import type { Unit } from './registry'
import { timeNamer, useRowName } from './rowName'
import type { FigureTable, Grouping } from './types'
import { rowKey, useOpenRows } from './useOpenRows'
import classes from './Chart.module.css'

const height = 220
const foot = 24 // for the times below
const left = 48 // for the scale beside
const top = 8
const labelRoom = 68 // pixels that a time needs

interface Props {
  table: FigureTable
  by: Grouping
  chart: Chart
  label: string
}

/** Columns over time. Pointing at one tells its numbers, pressing it opens its rows. */
export function TimeChart({ table, by, chart, label }: Props) {
  const t = useT()
  const { ref, width } = useElementSize()
  const [at, setAt] = useState<number>()
  const openRows = useOpenRows()
  const rows = table.rows
  const ticks = ticksOf(Math.max(1, ...rows.map((r) => chart.total(r) ?? 0)), chart.unit)
  const scale = (height - top - foot) / (ticks.at(-1) ?? 1)
  const slot = Math.max(0, width - left) / Math.max(1, rows.length)
  const every = Math.max(1, Math.ceil(labelRoom / Math.max(1, slot)))
  const timeOf = timeNamer(table, by, t.language, true)
  const point = (event: PointerEvent) => {
    const found = Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left - left) / slot)
    setAt(found >= 0 && found < rows.length ? found : undefined)
  }
  const shown = at === undefined ? undefined : rows[at]
  return (
    // By keys the table below leads to the same rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div ref={ref} className={classes.plot} style={{ height }} onPointerMove={point} onPointerLeave={() => setAt(undefined)} onClick={() => shown && chart.total(shown) && openRows(chart.figure, rowKey(shown, by))}>
      <svg width={width} height={height} role="img" aria-label={t('figures.chartLabel', { what: label })}>
        {ticks.map((tick) => (
          <Line key={tick} tick={tick} unit={chart.unit} y={height - foot - tick * scale} width={width} />
        ))}
        {at !== undefined && <rect x={left + at * slot} y={top} width={slot} height={height - top - foot} className={classes.pointed} />}
        {rows.map((row, i) => (
          <Column key={rowKey(row, by)} x={left + i * slot} slot={slot} parts={chart.parts.map((p) => ({ color: p.color, size: p.of(row) * scale }))} ground={height - foot} />
        ))}
        {rows.map((row, i) =>
          i % every === 0 ? (
            <text key={rowKey(row, by)} x={left + (i + 0.5) * slot} y={height - 6} className={classes.tick} textAnchor="middle">
              {timeOf(row.drill.from ?? table.from)}
            </text>
          ) : null,
        )}
      </svg>
      {shown && at !== undefined && <Told table={table} by={by} chart={chart} at={at} x={left + (at + 0.5) * slot} width={width} />}
    </div>
  )
}

/** A line of the scale with its number. */
function Line({ tick, unit, y, width }: { tick: number; unit: Unit; y: number; width: number }) {
  const { language } = useT()
  return (
    <g>
      <line x1={left} x2={width} y1={y} y2={y} className={classes.line} />
      <text x={left - 10} y={y + 4} className={classes.tick} textAnchor="end">
        {formatFigure(tick, unit === 'percent' ? 'count' : unit, language)}
      </text>
    </g>
  )
}

function Column({ x, slot, parts, ground }: { x: number; slot: number; parts: { color: string; size: number }[]; ground: number }) {
  const gap = Math.min(slot * 0.25, 12)
  const width = Math.max(1, Math.min(slot - gap, 56))
  const start = x + (slot - width) / 2
  const bottoms = parts.map((_, i) => parts.slice(0, i).reduce((sum, p) => sum + p.size, 0))
  return parts.map((part, i) => (part.size > 0 ? <rect key={part.color} x={start} width={width} y={ground - (bottoms[i] ?? 0) - part.size} height={part.size} rx={1} className={classes.fill} data-color={part.color} /> : null))
}

/** The numbers of the column under the pointer. */
function Told({ table, by, chart, at, x, width }: Omit<Props, 'label'> & { at: number; x: number; width: number }) {
  const t = useT()
  const nameOf = useRowName(table, by)
  const row = table.rows[at]
  if (!row) return null
  const side = x > width / 2 ? { right: width - x + 12 } : { left: x + 12 }
  return (
    <div className={classes.told} style={side} aria-hidden>
      <strong>{nameOf(row)}</strong>
      {chart.parts.length > 1 ? (
        chart.parts.map((part) => (
          <span key={part.id} className={classes.toldLine}>
            <span className={classes.swatch} data-color={part.color} /> {t(`figures.legend.${part.id}`)}
            <span className={classes.toldValue}>{formatFigure(part.of(row), chart.unit, t.language)}</span>
          </span>
        ))
      ) : (
        <span className={classes.toldLine}>
          {t(`figures.name.${chart.figure}`)} <span className={classes.toldValue}>{formatFigure(chart.total(row), chart.unit, t.language)}</span>
        </span>
      )}
    </div>
  )
}
