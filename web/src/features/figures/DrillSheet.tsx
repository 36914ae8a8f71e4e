import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { Sheet } from '@/kit/overlays'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { type DrillSource, drillQuery } from './api'
import { DrilledRow } from './DrilledRow'
import { type FigureId, type RowKind, figure, isRowKind } from './registry'
import type { DrillParams } from './types'
import classes from './Drill.module.css'

const rowHeight = '60px'

/** The catalogue takes "_two" at the end of a key for a plural form. */
const nameOf = (kind: RowKind) => (kind === 'top_two' ? 'figures.rows.best' : (`figures.rows.${kind}` as const))

interface Props {
  id: FigureId
  /** What the figure was counted of: a queue, an agent, a day. */
  of: string
  source: DrillSource
  params: DrillParams
  timeZone?: string
  part: RowKind | undefined
  onPart: (part: RowKind) => void
  onClose: () => void
}

/** The very interactions that a figure counts, each the way to its conversation. */
export function DrillSheet({ id, of, part, onPart, onClose, ...rest }: Props) {
  const t = useT()
  const kinds = figure(id).rows.filter(isRowKind)
  const shown = kinds.find((k) => k === part) ?? kinds[0]
  return (
    <Sheet opened onClose={onClose} size={520} padding={0} title={`${t(`figures.name.${id}`)} · ${of}`} classNames={{ header: classes.header, body: classes.body, content: classes.content }}>
      {kinds.length > 1 && (
        <div className={classes.parts}>
          <SegmentedControl fullWidth aria-label={t('figures.parts')} value={shown} onChange={(next) => isRowKind(next) && onPart(next)} data={kinds.map((value) => ({ value, label: t(nameOf(value)) }))} />
        </div>
      )}
      {shown && <Rows kind={shown} {...rest} />}
    </Sheet>
  )
}

function Rows({ kind, source, params, timeZone }: { kind: RowKind } & Pick<Props, 'source' | 'params' | 'timeZone'>) {
  const t = useT()
  const rows = useInfiniteQuery(drillQuery(source, kind, params))
  if (rows.isError && !rows.data) return <ErrorState error={rows.error} onRetry={() => void rows.refetch()} />
  if (!rows.data) return <SkeletonRows rows={6} height={rowHeight} />
  const items = rows.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return <Empty title={t('figures.noRows')} text={t('figures.noRowsText')} />
  return (
    <>
      <p className={classes.count}>{rows.hasNextPage ? t('figures.rowsFirst', { count: items.length }) : t('figures.rowsAll', { count: items.length })}</p>
      <ul className={classes.rows}>
        {items.map((row, i) => (
          <DrilledRow key={`${row.interaction_id}-${i}`} row={row} kind={kind} timeZone={timeZone} />
        ))}
      </ul>
      {rows.hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
            {t('act.more')}
          </Button>
        </div>
      )}
    </>
  )
}
