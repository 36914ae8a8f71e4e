import { Button, Table } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { Definition } from './Definition'
import { FigureCell } from './FigureCell'
import { type FigureId, columnsOf, isEmptyRow } from './registry'
import { useRowName } from './rowName'
import { readSort, sortRows } from './sorting'
import type { FigureRow, FigureTable as Figures, Grouping } from './types'
import { rowKey, totalRow } from './useOpenRows'
import classes from './FigureTable.module.css'

const route = getRouteApi('/desk/figures')

/** All figures of all rows, with their total; each number opens the interactions that it counts. */
export function FigureTable({ table, by }: { table: Figures; by: Grouping }) {
  const t = useT()
  const nameOf = useRowName(table, by)
  const { sort } = route.useSearch()
  const [withEmpty, setWithEmpty] = useState(false)
  const columns = columnsOf(by, table.total)
  const busy = by === 'interval' && !withEmpty ? table.rows.filter((r) => !isEmptyRow(r)) : table.rows
  const hidden = table.rows.length - busy.length
  return (
    <section className={classes.card} aria-labelledby="figures-table">
      <header className={classes.head}>
        <h2 id="figures-table">{t(`figures.by.${by}`)}</h2>
        {hidden > 0 && (
          <Button size="xs" variant="subtle" onClick={() => setWithEmpty(true)}>
            {t('figures.showEmpty', { count: hidden })}
          </Button>
        )}
      </header>
      {/* Scrolled by keys too: the columns do not all fit beside each other. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={classes.scroll} tabIndex={0} role="region" aria-labelledby="figures-table">
        <Table className={classes.table} verticalSpacing={0}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className={classes.name}>{t(`figures.first.${by}`)}</Table.Th>
              {columns.map((id) => (
                <Heading key={id} id={id} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sortRows(busy, readSort(sort)).map((row) => (
              <Row key={rowKey(row, by)} name={nameOf(row)} row={row} of={rowKey(row, by)} columns={columns} />
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <Row name={t('figures.total')} row={table.total} of={totalRow} columns={columns} />
          </Table.Tfoot>
        </Table>
      </div>
    </section>
  )
}

function Row({ name, row, of, columns }: { name: string; row: FigureRow; of: string; columns: readonly FigureId[] }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.name}>
        {name}
      </Table.Th>
      {columns.map((id) => (
        <FigureCell key={id} id={id} row={row} of={of} />
      ))}
    </Table.Tr>
  )
}

/** A column's name with its definition and the ways to sort by it. */
function Heading({ id }: { id: FigureId }) {
  const t = useT()
  const navigate = route.useNavigate()
  const sorting = readSort(route.useSearch().sort)
  const mine = sorting?.id === id ? sorting : undefined
  const by = (sort: string | undefined) => () => void navigate({ search: (now) => ({ ...now, sort }), replace: true })
  return (
    <Table.Th aria-sort={mine && (mine.ascending ? 'ascending' : 'descending')}>
      <span className={classes.heading}>
        {mine && (mine.ascending ? <ArrowUp size={12} aria-hidden /> : <ArrowDown size={12} aria-hidden />)}
        <Definition id={id}>
          <span className={classes.sorts}>
            <Button size="xs" variant="default" aria-pressed={mine?.ascending === false} onClick={by(`-${id}`)}>
              {t('figures.sortDown')}
            </Button>
            <Button size="xs" variant="default" aria-pressed={mine?.ascending === true} onClick={by(id)}>
              {t('figures.sortUp')}
            </Button>
            {mine && (
              <Button size="xs" variant="subtle" onClick={by(undefined)}>
                {t('figures.sortOff')}
              </Button>
            )}
          </span>
        </Definition>
      </span>
    </Table.Th>
  )
}
