import { Button } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ArrowUp, CheckCheck, SearchX } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { chordOf, useCommand, useKeysOf } from '@/lib/keys'
import { useLive } from '@/lib/live'
import { useCan, useSignedIn } from '@/lib/session'
import { useListKeys } from '@/kit/listKeys'
import { useNarrow } from '@/kit/SidePanel'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { VirtualList } from '@/kit/VirtualList'
import { listQuery } from './api'
import { keys } from './caches'
import { CaseRowView } from './CaseRowView'
import { caseCommands as commands } from './commands'
import { useStatuses } from './names'
import { belongs } from './rows'
import { type CasesSearch, isFiltered, queryOf } from './search'
import type { CaseQuery, CaseRow } from './types'
import { useCaseActs } from './useCaseActs'
import classes from './Cases.module.css'

interface Props {
  search: CasesSearch
  onSearch: (search: CasesSearch) => void
}

const rowHeight = 56
const narrowRowHeight = 84
const idOf = (row: CaseRow) => row.id

/** The cases of a view, what is due soonest first. */
export function CaseList({ search, onSearch }: Props) {
  const t = useT()
  const me = useSignedIn().user.id
  const narrow = useNarrow()
  const navigate = useNavigate()
  const query = queryOf(search)
  const asked = useInfiniteQuery(listQuery(query))
  const rows = asked.data?.pages.flatMap((p) => p.items) ?? []
  const name = JSON.stringify(query)
  const [place, setPlace] = useState<{ of: string; id: string }>()
  const active = place?.of === name ? rows.findIndex((r) => r.id === place.id) : -1
  const arrivals = useArrivals(query, rows)
  const element = useRef<HTMLDivElement>(null)
  const openKeys = useKeysOf(commands.open)

  const onArrows = useListKeys({
    count: rows.length,
    index: active,
    onIndex: (index) => {
      const row = rows[index]
      if (row) setPlace({ of: name, id: row.id })
    },
  })
  useRowActs(rows[active])
  useFocusFollows(element, active)
  const onKeyDown = (event: React.KeyboardEvent) => {
    onArrows(event)
    const row = rows[active]
    // Enter on the row's own link does it already.
    if (event.defaultPrevented || !row || event.target instanceof HTMLAnchorElement || chordOf(event.nativeEvent) !== openKeys) return
    event.preventDefault()
    void navigate({ to: '/cases/$id', params: { id: row.id } })
  }
  return (
    // The keys of the rows inside, gathered in one place.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={element} className={classes.rows} onKeyDown={onKeyDown}>
      {arrivals.count > 0 && (
        <Button className={classes.news} size="xs" radius="xl" leftSection={<ArrowUp size={14} />} onClick={arrivals.show}>
          {t('cases.arrivals', { count: arrivals.count })}
        </Button>
      )}
      {asked.isPending && <SkeletonRows plain rows={10} height={`${rowHeight}px`} />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data && rows.length === 0 && <Nothing search={search} onSearch={onSearch} />}
      {rows.length > 0 && (
        <VirtualList
          key={name}
          items={rows}
          keyOf={idOf}
          rowHeight={narrow ? narrowRowHeight : rowHeight}
          label={t(`cases.view.${query.view}`)}
          active={active}
          onNearEnd={() => {
            if (asked.hasNextPage && !asked.isFetchingNextPage && !asked.isFetchNextPageError) void asked.fetchNextPage()
          }}
          renderRow={(row, index) => <CaseRowView row={row} current={index === active} first={active < 0 && index === 0} left={belongs(row, query, me) === false} onFocus={() => setPlace({ of: name, id: row.id })} />}
        />
      )}
      {asked.isFetchNextPageError && (
        <Button className={classes.moreFailed} size="xs" variant="default" onClick={() => void asked.fetchNextPage()}>
          {t('desk.worklist.moreAgain')}
        </Button>
      )}
    </div>
  )
}

/** Cases that came since the list was asked for: nothing moves under the pointer, they wait to be let in. */
function useArrivals(query: CaseQuery, rows: readonly CaseRow[]) {
  const cache = useQueryClient()
  const me = useSignedIn().user.id
  const name = JSON.stringify(query)
  const [came, setCame] = useState<{ of: string; ids: readonly string[] }>({ of: name, ids: [] })
  const ids = came.of === name ? came.ids.filter((id) => !rows.some((r) => r.id === id)) : []
  useLive<CaseRow>('case', (row) => {
    const fits = belongs(row, query, me) === true
    const others = ids.filter((id) => id !== row.id)
    setCame({ of: name, ids: fits ? [...others, row.id] : others })
  })
  return {
    count: ids.length,
    show: () => {
      setCame({ of: name, ids: [] })
      void cache.invalidateQueries({ queryKey: keys.list(query) })
    },
  }
}

/** What the keys do with the row that has the list's place. */
function useRowActs(row: CaseRow | undefined) {
  const acts = useCaseActs()
  const { user } = useSignedIn()
  const { offered } = useStatuses()
  const done = offered.find((s) => s.category === 'done')
  useCommand(commands.resolve, () => row && done && void acts.setStatus(row, done), Boolean(row?.open && done))
  useCommand(commands.take, () => row && void acts.setOwner(row, { id: user.id, name: user.name }), Boolean(row?.open && row.owner?.id !== user.id))
}

/** While the focus is on the list it goes with the row that has its place. */
function useFocusFollows(list: React.RefObject<HTMLDivElement | null>, active: number) {
  useEffect(() => {
    if (active < 0) return undefined
    const frame = requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-index="${active}"] a`)?.focus({ preventScroll: true }))
    return () => cancelAnimationFrame(frame)
  }, [list, active])
}

function Nothing({ search, onSearch }: Props) {
  const t = useT()
  const mayAll = useCan('case.read', 'team')
  if (isFiltered(search)) {
    return (
      <Empty
        icon={<SearchX size={20} />}
        title={t('cases.empty.filtered')}
        action={
          <Button variant="default" onClick={() => onSearch({ view: search.view })}>
            {t('act.clearFilters')}
          </Button>
        }
      />
    )
  }
  const view = search.view ?? 'mine'
  return (
    <Empty
      icon={<CheckCheck size={20} />}
      title={t(`cases.empty.${view}`)}
      text={t(`cases.empty.${view}.text`)}
      action={
        view !== 'all' &&
        mayAll && (
          <Button variant="default" onClick={() => onSearch({ ...search, view: 'all' })}>
            {t('cases.empty.seeAll')}
          </Button>
        )
      }
    />
  )
}
