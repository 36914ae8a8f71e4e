import { Button, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { CalendarSearch, ListRestart } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { formatDayHeading, useNow } from '@/lib/time'
import { useChannelName } from '@/kit/ChannelMark'
import { ChooseOne } from '@/kit/Choose'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { customerCommands as commands } from './commands'
import { MomentView } from './MomentView'
import { type Moment, type StoryLine, type StorySearch, type Whose, archiveQuery, byDays, momentKinds, timelineQuery } from './story'
import classes from './Story.module.css'

interface Props {
  whose: Whose
  search: StorySearch
  onSearch: (search: StorySearch) => void
}

/** Everything that happened, the newest first. */
export function Story({ whose, search, onSearch }: Props) {
  const t = useT()
  const told = useInfiniteQuery(timelineQuery(whose, search))
  const { fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError } = told
  const moments = told.data?.pages.flatMap((p) => p.items) ?? []
  const more = () => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }
  // A page may hold nothing and still have a next one.
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && moments.length === 0) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, moments.length, fetchNextPage])
  return (
    <section className={classes.story} aria-label={t('customers.story.title')}>
      <Filters whose={whose} search={search} onSearch={onSearch} />
      {told.isPending && <SkeletonRows rows={6} height="64px" />}
      {told.isError && !told.data && <ErrorState error={told.error} onRetry={() => void told.refetch()} />}
      {told.data && moments.length === 0 && !hasNextPage && <Empty title={t('customers.story.none')} text={isFiltered(search) ? t('customers.story.noneFiltered') : undefined} />}
      {moments.length > 0 && <Lines key={JSON.stringify(search)} lines={byDays(moments)} onNearEnd={more} whole={!hasNextPage} />}
      {isFetchNextPageError && (
        <Button className={classes.again} size="xs" variant="default" onClick={() => void fetchNextPage()}>
          {t('desk.worklist.moreAgain')}
        </Button>
      )}
    </section>
  )
}

const isFiltered = ({ kind, channel, until }: StorySearch) => Boolean(kind ?? channel ?? until)

function Filters({ whose, search, onSearch }: Props) {
  const t = useT()
  const channelName = useChannelName()
  const day = useRef<HTMLInputElement>(null)
  const channels = useQuery(archiveQuery(whose)).data?.channels.map((c) => c.channel) ?? []
  const offered = search.channel && !channels.includes(search.channel) ? [...channels, search.channel] : channels
  useCommand(commands.jump, () => day.current?.focus())
  useCommand(commands.newest, () => onSearch({}), isFiltered(search))
  return (
    <div className={classes.filters}>
      <ChooseOne
        aria-label={t('customers.story.kind')}
        placeholder={t('customers.story.everything')}
        clearable
        clearButtonProps={{ 'aria-label': t('customers.story.everything') }}
        data={momentKinds.map((k) => ({ value: k, label: t(`customers.kind.${k}`) }))}
        value={search.kind ?? null}
        onChange={(k) => onSearch({ ...search, kind: momentKinds.find((known) => known === k) })}
      />
      <ChooseOne
        aria-label={t('customers.story.channel')}
        placeholder={t('customers.story.channels')}
        clearable
        clearButtonProps={{ 'aria-label': t('customers.story.channels') }}
        data={offered.map((c) => ({ value: c, label: channelName(c) }))}
        value={search.channel ?? null}
        onChange={(c) => onSearch({ ...search, channel: c ?? undefined })}
      />
      <TextInput
        ref={day}
        type="date"
        aria-label={t('customers.story.jump')}
        title={t('customers.story.jump')}
        leftSection={<CalendarSearch size={15} aria-hidden />}
        value={search.until ?? ''}
        onChange={(e) => onSearch({ ...search, until: e.currentTarget.value || undefined })}
      />
      {isFiltered(search) && (
        <Button variant="subtle" leftSection={<ListRestart size={15} aria-hidden />} onClick={() => onSearch({})}>
          {t('customers.story.newest')}
        </Button>
      )}
    </div>
  )
}

const keyOf = (line: StoryLine) => ('day' in line ? `day-${line.day}` : `${line.kind}-${line.id}-${line.at}`)
const guess = (line: StoryLine | undefined) => (line && 'day' in line ? 36 : 84)
const nearEnd = 12

/** The lines of which only those in sight exist in the page. Their heights are what they hold. */
function Lines({ lines, onNearEnd, whole }: { lines: readonly StoryLine[]; onNearEnd: () => void; whole: boolean }) {
  // The virtualizer changes inside while its identity stays: the compiler must not cache what it says.
  'use no memo'
  const t = useT()
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => guess(lines[i]),
    getItemKey: (i) => keyOf(lines[i]!),
    overscan: 8,
  })
  const rows = virtual.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= lines.length - nearEnd) onNearEnd()
  }, [last, lines.length, onNearEnd])
  return (
    // Scrolled by keys where nothing inside has the focus.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroller} className={classes.scroller} tabIndex={0} role="region" aria-label={t('customers.story.title')}>
      <ol className={classes.lines} style={{ height: virtual.getTotalSize() }}>
        {rows.map((row) => {
          const line = lines[row.index]!
          return (
            <li key={row.key} ref={virtual.measureElement} data-index={row.index} className={classes.line} style={{ transform: `translateY(${row.start}px)` }}>
              {'day' in line ? <Day at={line.day} /> : <MomentView moment={line} />}
            </li>
          )
        })}
      </ol>
      {whole && <p className={classes.begin}>{t('customers.story.begin')}</p>}
    </div>
  )
}

function Day({ at }: { at: Moment['at'] }) {
  const t = useT()
  const now = useNow('minute')
  return <h3 className={classes.day}>{formatDayHeading(at, now, t.language)}</h3>
}
