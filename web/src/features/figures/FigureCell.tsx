import { Popover, Table } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { formatFigure, noFigure } from './format'
import { type FigureId, figure } from './registry'
import type { FigureRow } from './types'
import { useOpenRows } from './useOpenRows'
import classes from './FigureTable.module.css'

/** A figure in the table: the way to what it counts, or for time away to what the time was for. */
export function FigureCell({ id, row, of }: { id: FigureId; row: FigureRow; of: string }) {
  const t = useT()
  const openRows = useOpenRows()
  const { unit, rows } = figure(id)
  const value = figure(id).of(row)
  const text = formatFigure(value, unit, t.language)
  if (value === undefined || value === 0) return <Table.Td className={classes.nothing}>{value === undefined ? noFigure : text}</Table.Td>
  if (id === 'away_s' && row.time?.away?.length) {
    return (
      <Table.Td>
        <AwayTime text={text} reasons={row.time.away} />
      </Table.Td>
    )
  }
  if (rows.length === 0) return <Table.Td>{text}</Table.Td>
  return (
    <Table.Td>
      <button type="button" className={classes.figure} onClick={() => openRows(id, of)} title={t('figures.showRows')}>
        {text}
      </button>
    </Table.Td>
  )
}

function AwayTime({ text, reasons }: { text: string; reasons: NonNullable<NonNullable<FigureRow['time']>['away']> }) {
  const t = useT()
  return (
    <Popover position="bottom-end" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={classes.figure}>
          {text}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <dl className={classes.reasons} tabIndex={-1} data-autofocus>
          {reasons.map((reason) => (
            <div key={reason.reason_id ?? reason.system ?? ''}>
              <dt>{reason.name || (reason.system && t.maybe(`presence.${reason.system}`)) || t('presence.away')}</dt>
              <dd>{formatFigure(reason.seconds, 'seconds', t.language)}</dd>
            </div>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  )
}
