import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { answerMissing, keys, missingQuery } from './api'
import type { Missing } from './types'
import { languageName } from './wording'
import classes from './Knowledge.module.css'

/** What was looked for in vain, the most wanted first. */
export function MissingList() {
  const t = useT()
  const { data, error, isError, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(missingQuery)
  if (isError && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} height="72px" />
  const items = data.pages.flatMap((p) => p.items)
  if (items.length === 0) return <Empty title={t('knowledge.missing.empty')} text={t('knowledge.missing.emptyText')} />
  return (
    <div className={classes.scroll}>
      <ul className={classes.list} aria-label={t('knowledge.missing')}>
        {items.map((item) => (
          <Line key={item.id} item={item} />
        ))}
      </ul>
      {hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('act.more')}
          </Button>
        </div>
      )}
    </div>
  )
}

function Line({ item }: { item: Missing }) {
  const t = useT()
  const act = useAct()
  const { brands } = useSignedIn()
  const brand = brands.find((b) => b.id === item.brand_id)?.name
  const navigate = useNavigate()
  const write = () => void navigate({ to: '/knowledge/$id', params: { id: 'new' }, search: { missing: true, edit: item.language || t.language, title: item.example, answers: item.id } })
  const dismiss = () => void act({ done: t('knowledge.missing.dismissed'), touches: [keys.missing], commit: () => answerMissing(item.id) })
  return (
    <li className={classes.missing}>
      <strong dir="auto">{item.example}</strong>
      <span className={classes.rowNote}>
        {[t('knowledge.times', { count: item.times }), item.language && languageName(item.language), brand].filter(Boolean).join(' · ')} · <Ago at={item.last_at} />
      </span>
      <span className={classes.missingActs}>
        <Button size="xs" variant="default" onClick={write}>
          {t('knowledge.missing.write')}
        </Button>
        <Button size="xs" variant="subtle" onClick={dismiss}>
          {t('knowledge.missing.dismiss')}
        </Button>
      </span>
    </li>
  )
}
