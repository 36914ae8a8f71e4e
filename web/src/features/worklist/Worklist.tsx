import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ArrowUp } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useT } from '@/lib/i18n'
import { chordOf, useCommand, useKeysOf } from '@/lib/keys'
import { useSignedIn } from '@/lib/session'
import { formatNumber } from '@/lib/time'
import { DownloadList } from '@/kit/DownloadList'
import { useListKeys } from '@/kit/listKeys'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { VirtualList } from '@/kit/VirtualList'
import { countsQuery } from '../conversation/api'
import type { Row } from '../conversation/types'
import { BulkBar } from './bulk/BulkBar'
import { useSelection } from './bulk/useSelection'
import { worklistCommands as commands } from './commands'
import { EmptyList } from './EmptyList'
import { Filters } from './Filters'
import { RowView } from './RowView'
import { SearchField } from './SearchField'
import { type WorklistSearch, queryOf } from './search'
import { useWorklist } from './useWorklist'
import { SavedViews } from './SavedViews'
import { Views } from './Views'
import classes from './Worklist.module.css'

interface Props {
  search: WorklistSearch
  onSearch: (search: WorklistSearch) => void
  onOpen: (id: string | undefined) => void
  /** The open conversation lies over it; it keeps its place below. */
  covered?: boolean
}

const rowHeights = { comfortable: 76, compact: 52 }
const idOf = (row: Row) => row.id

/** The list of conversations with its views, search and filters. */
export function Worklist({ search, onSearch, onOpen, covered }: Props) {
  const t = useT()
  const { user } = useSignedIn()
  const query = queryOf(search)
  const { name, asked, list, order, refresh, more, moreFailed, onTop, onTouched } = useWorklist(query, search.c)
  const { rows } = list
  const active = rows.findIndex((r) => r.id === search.c)
  const selection = useSelection(rows, name)
  const element = useRef<HTMLDivElement>(null)
  const openKeys = useKeysOf(commands.open)

  const onArrows = useListKeys({ count: rows.length, index: active, onIndex: (index) => onOpen(rows[index]?.id) })
  useCommand(commands.select, () => search.c && selection.toggle(search.c), active >= 0)
  useCommand(commands.refresh, () => void refresh())
  useFocusFollows(element, active)

  const onKeyDown = (event: React.KeyboardEvent) => {
    onTouched()
    onArrows(event)
    // Opening is done already when a row has its place: this goes into it.
    if (!event.defaultPrevented && active >= 0 && chordOf(event.nativeEvent) === openKeys) {
      event.preventDefault()
      document.querySelector<HTMLElement>('[role="log"]')?.focus()
    }
  }
  return (
    <section className={classes.list} data-list inert={covered} aria-label={t('desk.worklist.title')}>
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>{t('desk.worklist.title')}</h1>
          <Total />
          <DownloadList className={classes.filter} path="/api/v1/conversations.file" query={{ ...query }} />
          <SavedViews search={search} onSearch={onSearch} />
          <Filters search={search} onSearch={onSearch} />
        </div>
        <SearchField value={search.q ?? ''} onChange={(q) => onSearch({ ...search, q: q || undefined })} />
        <Views search={search} onSearch={onSearch} />
      </header>
      {/* The keys of the rows inside, gathered in one place. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={element} className={classes.rows} onKeyDown={onKeyDown} onPointerMove={onTouched}>
        {list.arrivals.length > 0 && (
          <Button className={classes.news} size="xs" radius="xl" leftSection={<ArrowUp size={14} />} onClick={order}>
            {t('desk.worklist.arrivals', { count: list.arrivals.length })}
          </Button>
        )}
        {asked.isPending && <SkeletonRows rows={10} />}
        {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
        {asked.data && rows.length === 0 && <EmptyList search={search} onSearch={onSearch} />}
        {rows.length > 0 && (
          <VirtualList
            key={name}
            items={rows}
            keyOf={idOf}
            rowHeight={rowHeights[user.density]}
            label={t(`desk.view.${query.view}`)}
            active={active}
            onNearEnd={more}
            onTop={onTop}
            renderRow={(row, index) => <RowView row={row} open={row.id === search.c} first={active < 0 && index === 0} left={list.left.has(row.id)} selected={selection.has(row.id)} selecting={selection.selected.length > 0} compact={user.density === 'compact'} onOpen={onOpen} onSelect={(id, range) => (range ? selection.extend(id, search.c) : selection.toggle(id))} />}
          />
        )}
        {moreFailed && (
          <Button className={classes.moreFailed} size="xs" variant="default" onClick={more}>
            {t('desk.worklist.moreAgain')}
          </Button>
        )}
      </div>
      {/* Outside the rows: their keys are not its. */}
      <BulkBar selection={selection} />
    </section>
  )
}

const countedUpTo = 1000 // the server counts no further

function Total() {
  const t = useT()
  const all = useQuery(countsQuery).data?.all
  if (all === undefined) return null
  const shown = `${formatNumber(all, t.language)}${all >= countedUpTo ? '+' : ''}`
  return <span className={classes.total}>{t('desk.worklist.open', { count: all, shown })}</span>
}

/** While the focus is on the list it goes with the open row. */
function useFocusFollows(list: React.RefObject<HTMLDivElement | null>, active: number) {
  useEffect(() => {
    if (active < 0 || !list.current?.contains(document.activeElement)) return undefined
    // After the row was scrolled to, and so exists.
    const frame = requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-index="${active}"] a`)?.focus({ preventScroll: true }))
    return () => cancelAnimationFrame(frame)
  }, [list, active])
}
