import { Button, Checkbox } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'
import { type Translate, languageList, languages, useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useCan } from '@/lib/session'
import { Ago } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import { ChooseOne } from '@/kit/Choose'
import { useListKeys } from '@/kit/listKeys'
import { Marked, type Run, wordsOf } from '@/kit/Marked'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { articlesQuery, askToTheEnd, foundQuery, keys } from './api'
import { knowledgeCommands as commands } from './commands'
import { type KnowledgeSearch, listPart, states } from './search'
import { SearchField } from './SearchField'
import type { Article, Found } from './types'
import { editionOf, stateTones } from './wording'
import classes from './Knowledge.module.css'

/** One line of the list, whether it was searched or listed. */
interface Line {
  id: string
  title: readonly Run[]
  note: ReactNode
  at: string
}

/** The articles of a place, or those that were found. */
export function ArticleList({ search, open }: { search: KnowledgeSearch; open: string | undefined }) {
  const t = useT()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const q = search.q ?? ''
  const listed = useInfiniteQuery({ ...articlesQuery(search), enabled: q === '', placeholderData: keepPreviousData })
  const found = useInfiniteQuery({ ...foundQuery(q, search), placeholderData: keepPreviousData })
  const shown = q === '' ? listed : found
  const lines = q === '' ? (listed.data?.pages.flatMap((p) => p.items) ?? []).filter((a) => !search.language || a.editions.some((e) => e.language === search.language)).map((a) => lineOf(t, a, search.language)) : (found.data?.pages.flatMap((p) => p.items) ?? []).flatMap(lineOfFound)

  const refine = (change: KnowledgeSearch) => void navigate({ to: '.', search: { ...search, ...change }, replace: true })
  const go = (i: number) => {
    const line = lines[i]
    if (!line) return
    void navigate({ to: '/knowledge/$id', params: { id: line.id }, search: listPart(search), replace: open !== undefined })
    list.current?.querySelectorAll('a')[i]?.scrollIntoView({ block: 'nearest' })
  }
  const index = lines.findIndex((l) => l.id === open)
  const onKeyDown = useListKeys({ count: lines.length, index, onIndex: go })
  useCommand(commands.search, () => field.current?.focus())
  const end = async (words: string) => {
    if (words === '') return
    await askToTheEnd(words, search).catch(() => undefined)
    await cache.invalidateQueries({ queryKey: keys.missing })
  }
  const filtered = Boolean(search.language || search.state || search.mine || search.due)
  return (
    <>
      <div className={classes.filters}>
        <SearchField label={t('knowledge.search')} value={q} command={commands.search} field={field} onSearch={(words) => refine({ q: words || undefined })} onEnter={(words) => void end(words)} />
        <Filters search={search} onChange={refine} />
      </div>
      <div className={classes.scroll}>
        {shown.isError && !shown.data && <ErrorState error={shown.error} onRetry={() => void shown.refetch()} />}
        {!shown.data && !shown.isError && <SkeletonRows rows={8} height="64px" />}
        {shown.data && lines.length === 0 && <None searched={q !== ''} filtered={filtered} onClear={() => refine({ q: undefined, language: undefined, state: undefined, mine: undefined, due: undefined })} />}
        {/* The arrow keys of the list; its links are reached by Tab as well. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <ul ref={list} className={classes.list} aria-label={t('knowledge.listTitle')} onKeyDown={onKeyDown}>
          {lines.map((line) => (
            <li key={line.id}>
              <Link to="/knowledge/$id" params={{ id: line.id }} search={listPart(search)} className={classes.row} aria-current={line.id === open ? 'true' : undefined}>
                <strong>
                  <Marked runs={line.title} />
                </strong>
                <span className={classes.rowNote}>{line.note}</span>
                <Ago at={line.at} />
              </Link>
            </li>
          ))}
        </ul>
        {shown.hasNextPage && (
          <div className={classes.more}>
            <Button variant="default" loading={shown.isFetchingNextPage} onClick={() => void shown.fetchNextPage()}>
              {t('act.more')}
            </Button>
          </div>
        )}
      </div>
    </>
  )
}

function lineOf(t: Translate, article: Article, wanted: string | undefined): Line {
  const edition = editionOf(article, wanted, t.language)
  return {
    id: article.id,
    title: [{ text: edition?.title ?? '' }],
    at: article.changed_at,
    note: (
      <span className={classes.badges}>
        {article.editions.map((e) => (
          <Badge key={e.language} tone={stateTones[e.state]}>
            {e.language.toUpperCase()} {t(`knowledge.state.${e.state}`)}
          </Badge>
        ))}
        {article.expired && <Badge tone="danger">{t('knowledge.due')}</Badge>}
      </span>
    ),
  }
}

const lineOfFound = ({ article_id: id, title, excerpt, at }: Found): Line[] => (id ? [{ id, title: wordsOf(title) ? title : [{ text: id }], at, note: <Marked runs={excerpt} /> }] : [])

function Filters({ search, onChange }: { search: KnowledgeSearch; onChange: (change: KnowledgeSearch) => void }) {
  const t = useT()
  const writes = useCan('knowledge.edit')
  return (
    <div className={classes.filterRow}>
      <ChooseOne aria-label={t('knowledge.filter.language')} placeholder={t('knowledge.anyLanguage')} clearable data={languageList.map((l) => ({ value: l, label: languages[l] }))} value={search.language ?? null} onChange={(v) => onChange({ language: v ?? undefined })} />
      {writes && (
        <>
          <ChooseOne
            aria-label={t('knowledge.filter.state')}
            placeholder={t('knowledge.anyState')}
            clearable
            disabled={search.q !== undefined}
            data={states.map((s) => ({ value: s, label: t(`knowledge.state.${s}`) }))}
            value={search.state ?? null}
            onChange={(v) => onChange({ state: states.find((s) => s === v) })}
          />
          <Checkbox className={classes.check} label={t('knowledge.mine')} disabled={search.q !== undefined} checked={search.mine === true} onChange={(e) => onChange({ mine: e.currentTarget.checked || undefined })} />
          <Checkbox className={classes.check} label={t('knowledge.due')} disabled={search.q !== undefined} checked={search.due === true} onChange={(e) => onChange({ due: e.currentTarget.checked || undefined })} />
        </>
      )}
    </div>
  )
}

function None({ searched, filtered, onClear }: { searched: boolean; filtered: boolean; onClear: () => void }) {
  const t = useT()
  const clear = (searched || filtered) && (
    <Button variant="default" onClick={onClear}>
      {t('act.clearFilters')}
    </Button>
  )
  return <Empty title={t(searched || filtered ? 'knowledge.nothingFound' : 'knowledge.empty')} text={searched ? t('knowledge.nothingFoundText') : filtered ? undefined : t('knowledge.emptyText')} action={clear} />
}
