import { Button, SegmentedControl } from '@mantine/core'
import { infiniteQueryOptions, keepPreviousData, skipToken, useInfiniteQuery } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { BookOpen, Building2, FolderKanban, Search as SearchIcon, UserRound } from 'lucide-react'
import { useRef, useState } from 'react'
import { api, ok } from '@/lib/api'
import { languageNames, useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { can, useSignedIn } from '@/lib/session'
import { Ago } from '@/lib/time'
import { ChannelIcon } from '@/kit/ChannelMark'
import { useListKeys } from '@/kit/listKeys'
import { Marked } from '@/kit/Marked'
import { Page } from '@/kit/Page'
import { Empty, ErrorState, PanelBoundary, SkeletonRows } from '@/kit/states'
import { CustomerPanel } from '../customer/CustomerPanel'
import { SearchField } from '../knowledge/SearchField'
import { searchCommands as commands } from './commands'
import { type Find, type Kind, idOf, kinds, nameOf, noteOf } from './find'
import type { SearchSearch } from './search'
import classes from './Search.module.css'

const route = getRouteApi('/desk/search')
const rights: Record<Kind, string> = { customer: 'customer.read', organisation: 'customer.read', conversation: 'conversation.read', case: 'case.read', article: 'knowledge.read' }

const findsQuery = (q: string, of: Kind | undefined) =>
  infiniteQueryOptions({
    queryKey: ['search', q, of],
    queryFn: q === '' ? skipToken : ({ pageParam, signal }) => ok(api.GET('/api/v1/search', { params: { query: { q, kinds: of, cursor: pageParam, limit: 20 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    staleTime: 10_000,
  })

/** All customers, organisations, conversations, cases and articles that have the words, page by page. */
export function SearchPage() {
  const t = useT()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const session = useSignedIn()
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const [at, setAt] = useState(-1)
  const q = search.q ?? ''
  const found = useInfiniteQuery({ ...findsQuery(q, search.kinds), placeholderData: keepPreviousData })
  const items = (q === '' ? undefined : found.data?.pages.flatMap((p) => p.items)) ?? []
  const refine = (change: SearchSearch) => {
    setAt(-1)
    void navigate({ search: { ...search, open: undefined, ...change }, replace: true })
  }
  const go = (i: number) => {
    setAt(i)
    list.current?.querySelectorAll('a')[i]?.focus()
  }
  const onKeyDown = useListKeys({ count: items.length, index: Math.min(at, items.length - 1), onIndex: go })
  useCommand(commands.field, () => field.current?.focus())
  const open = search.open
  const offered = kinds.filter((k) => can(session, rights[k]))
  return (
    <div className={classes.screen}>
      <Page title={t('search.title')}>
        <div className={classes.tools}>
          <SearchField label={t('search.everywhere')} value={q} command={commands.field} field={field} onSearch={(words) => refine({ q: words || undefined })} />
          <div className={classes.kinds}>
            <SegmentedControl
              aria-label={t('search.kinds')}
              value={search.kinds ?? 'all'}
              onChange={(v) => refine({ kinds: kinds.find((k) => k === v) })}
              data={[{ value: 'all', label: t('search.all') }, ...offered.map((k) => ({ value: k, label: t(`search.${k}`) }))]}
            />
          </div>
        </div>
        {q === '' && <Empty icon={<SearchIcon size={20} />} title={t('search.empty')} text={t('search.emptyText')} />}
        {q !== '' && found.isError && !found.data && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
        {q !== '' && !found.data && !found.isError && <SkeletonRows rows={6} height="64px" />}
        {q !== '' && found.data && items.length === 0 && <Empty title={t('search.none')} text={t('search.noneText')} />}
        {/* The arrow keys of the list; its links are reached by Tab as well. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <ul ref={list} className={classes.list} aria-label={t('search.title')} onKeyDown={onKeyDown}>
          {items.map((find) => (
            <li key={`${find.kind}-${idOf(find)}-${find.language ?? ''}`}>
              <Line find={find} search={search} />
            </li>
          ))}
        </ul>
        {q !== '' && found.hasNextPage && (
          <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('act.more')}
          </Button>
        )}
      </Page>
      {open !== undefined && (
        <PanelBoundary resetKey={open}>
          <CustomerPanel id={open} brand={items.find((f) => f.customer_id === open)?.brand_id ?? session.brands[0]?.id ?? ''} open onClose={() => refine({})} />
        </PanelBoundary>
      )}
    </div>
  )
}

function Line({ find, search }: { find: Find; search: SearchSearch }) {
  const t = useT()
  const inside = (
    <>
      <span className={classes.icon}>
        <KindIcon find={find} />
      </span>
      <strong>
        <Marked runs={nameOf(find)} />
      </strong>
      <span className={classes.side}>
        {[t(`search.kind.${find.kind}`), find.language && languageNames([find.language])].filter(Boolean).join(' · ')} · <Ago at={find.at} />
      </span>
      <span className={classes.note}>
        <Marked runs={noteOf(find)} />
      </span>
    </>
  )
  if (find.conversation_id)
    return (
      <Link className={classes.row} to="/conversations/$id" params={{ id: find.conversation_id }}>
        {inside}
      </Link>
    )
  if (find.case_id)
    return (
      <Link className={classes.row} to="/cases/$id" params={{ id: find.case_id }}>
        {inside}
      </Link>
    )
  if (find.article_id)
    return (
      <Link className={classes.row} to="/knowledge/$id" params={{ id: find.article_id }} search={{}}>
        {inside}
      </Link>
    )
  if (find.organisation_id)
    return (
      <Link className={classes.row} to="/organisations/$id" params={{ id: find.organisation_id }} search={{}}>
        {inside}
      </Link>
    )
  return (
    <Link className={classes.row} to="/search" search={{ ...search, open: find.customer_id }} replace aria-current={find.customer_id === search.open ? 'true' : undefined}>
      {inside}
    </Link>
  )
}

function KindIcon({ find: { kind, channel = '' } }: { find: Find }) {
  switch (kind) {
    case 'customer':
      return <UserRound size={17} aria-hidden />
    case 'organisation':
      return <Building2 size={17} aria-hidden />
    case 'case':
      return <FolderKanban size={17} aria-hidden />
    case 'article':
      return <BookOpen size={17} aria-hidden />
    default:
      return <ChannelIcon channel={channel} size={17} />
  }
}
