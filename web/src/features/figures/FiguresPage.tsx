import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { useNow } from '@/lib/time'
import { Page } from '@/kit/Page'
import { Delayed, Empty, ErrorState } from '@/kit/states'
import { csvAddress, figuresQuery } from './api'
import { FigureChart } from './FigureChart'
import { Filters } from './Filters'
import { FiguresDrill } from './FiguresDrill'
import { FigureTable } from './FigureTable'
import { Summary } from './Summary'
import { queryOf } from './search'
import type { FigureTable as Table } from './types'
import { isEmptyRow } from './registry'
import { useTimeZone } from './useTimeZone'
import classes from './Figures.module.css'

const route = getRouteApi('/desk/figures')

/** The figures of some days: in sum, as a picture and as a table, each number with its rows. */
export function FiguresPage() {
  const t = useT()
  const search = route.useSearch()
  const { timeZone } = useTimeZone()
  const query = queryOf(search, timeZone, useNow('minute'))
  const table = useQuery(figuresQuery(query))
  const mayExport = useCan('figures.export')
  const csv = mayExport && (
    <Button component="a" href={csvAddress(query)} download variant="default" className={classes.csv} leftSection={<Download size={16} aria-hidden />}>
      {t('figures.csv')}
    </Button>
  )
  return (
    <Page title={t('figures.title')} hint={table.data && <span className={classes.hint}>{t('figures.zone', { zone: table.data.time_zone })}</span>} actions={csv}>
      <div className={classes.ground}>
        <Filters query={query} />
        {table.isPending && <Waiting />}
        {table.isError && !table.data && <ErrorState error={table.error} onRetry={() => void table.refetch()} />}
        {table.data && <Content table={table.data} by={query.by} busy={table.isPlaceholderData} />}
      </div>
    </Page>
  )
}

function Content({ table, by, busy }: { table: Table; by: ReturnType<typeof queryOf>['by']; busy: boolean }) {
  const t = useT()
  const navigate = route.useNavigate()
  if (table.rows.every(isEmptyRow) && !table.rows.some((r) => r.time?.contact_s || r.time?.available_s)) {
    const clear = (
      <Button variant="default" onClick={() => void navigate({ search: {} })}>
        {t('act.clearFilters')}
      </Button>
    )
    return <Empty title={t('figures.empty')} text={t('figures.emptyText')} action={clear} />
  }
  return (
    <div className={classes.stack} aria-busy={busy} data-busy={busy || undefined}>
      <Summary total={table.total} />
      <FigureChart table={table} by={by} />
      <FigureTable table={table} by={by} />
      <FiguresDrill table={table} by={by} />
    </div>
  )
}

/** Blocks of the size that will come. */
function Waiting() {
  const t = useT()
  return (
    <Delayed>
      <div className={classes.stack} role="status" aria-label={t('state.loading')}>
        <Skeleton height={98} radius="lg" />
        <Skeleton height={300} radius="lg" />
        <Skeleton height={320} radius="lg" />
      </div>
    </Delayed>
  )
}
