import { Button } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useMediaQuery } from '@mantine/hooks'
import { moved } from '@/kit/listKeys'
import { sidePanelQuery } from '@/kit/SidePanel'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { detailQuery } from '../conversation/api'
import { askToTheEnd, foundQuery, suggestionsQuery } from './api'
import { knowledgeCommands as commands } from './commands'
import { SearchField } from './SearchField'
import { SuggestedArticle } from './SuggestedArticle'
import type { Found } from './types'
import { useArticles } from './use'
import classes from './Suggestions.module.css'

interface Props {
  conversation: string
  brand: string
  /** How often the person has asked for this by its key: the focus comes here then. */
  asked: number
  onLeave: () => void
}

/** Articles that may answer the customer: those that fit what they wrote, or those that one looks for. */
export function Suggestions({ conversation, brand, asked, onLeave }: Props) {
  const t = useT()
  const cache = useQueryClient()
  const wide = useMediaQuery(sidePanelQuery, window.matchMedia(sidePanelQuery).matches)
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const [q, setQ] = useState('')
  const [at, setAt] = useState(0)
  const [open, setOpen] = useState<string>()
  const channel = useQuery(detailQuery(conversation, cache)).data?.channel ?? 'webchat'
  const suggested = useQuery(suggestionsQuery(conversation))
  const found = useInfiniteQuery({ ...foundQuery(q, { brand }), placeholderData: keepPreviousData })
  const articles = useArticles(conversation, channel)

  const searching = q !== ''
  const asking = searching ? found : suggested
  const items: readonly Found[] = (searching ? found.data?.pages.flatMap((p) => p.items) : suggested.data?.items) ?? []
  const index = Math.min(at, items.length - 1)
  const language = suggested.data?.language || undefined

  useEffect(() => {
    if (asked > 0) (list.current?.querySelector<HTMLElement>('[data-row]') ?? field.current)?.focus()
    // Once for each time it was asked for, and when what was asked for is here.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [asked, suggested.isSuccess])

  const focusRow = (i: number) => {
    setAt(i)
    list.current?.querySelectorAll<HTMLElement>('[data-row]')[i]?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    focusRow(moved(event.target === field.current ? -1 : index, step, items.length))
  }
  const insert = async (item: Found | undefined) => {
    if (item?.article_id && (await articles.insert(item.article_id, item.language ?? language)) && !wide) onLeave()
  }
  useCommand(commands.insert, () => void insert(items[index]), items.length > 0)
  return (
    <section className={classes.panel} aria-label={t('knowledge.keys.suggestions')}>
      <SearchField label={t('knowledge.search')} value={q} field={field} onSearch={setQ} onEnter={(words) => words && void askToTheEnd(words, { brand }).catch(() => undefined)} onKeyDown={onKeyDown} />
      <h3 className={classes.head}>{t(searching ? 'knowledge.listTitle' : 'knowledge.suggested')}</h3>
      {asking.isError && !asking.data && <ErrorState error={asking.error} onRetry={() => void asking.refetch()} />}
      {!asking.data && !asking.isError && <SkeletonRows rows={3} height="64px" />}
      {asking.data && items.length === 0 && <Empty title={t(searching ? 'knowledge.nothingFound' : 'knowledge.suggestedNone')} text={t(searching ? 'knowledge.nothingFoundText' : 'knowledge.suggestedNoneText')} />}
      {/* The arrow keys of the list; what is in it is reached by Tab as well. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul ref={list} className={classes.list} onKeyDown={onKeyDown}>
        {items.map((item, i) => (
          <SuggestedArticle
            key={item.article_id}
            item={item}
            conversation={conversation}
            active={i === index}
            open={item.article_id === open}
            onFocus={() => setAt(i)}
            onOpen={() => setOpen(item.article_id === open ? undefined : item.article_id)}
            onInsert={() => void insert(item)}
            onJudge={articles.judge}
          />
        ))}
      </ul>
      {searching && found.hasNextPage && (
        <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
    </section>
  )
}
