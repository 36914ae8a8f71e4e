import { useParams, useSearch } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Problem } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { ArticleTexts } from '@/lib/i18n/ArticleTexts'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { articleQuery } from './api'
import { Reader } from './Reader'
import type { KnowledgeSearch } from './search'

const Writer = lazyPart(async () => (await import('./editor/Writer')).Writer)
const NewArticle = lazyPart(async () => (await import('./editor/NewArticle')).NewArticle)

/** One article: read, or written. */
export function ArticlePage() {
  const { id = '' } = useParams({ strict: false })
  const search = useSearch({ strict: false }) as KnowledgeSearch
  const mayWrite = useCan('knowledge.edit')
  if (id === 'new' && mayWrite) {
    return (
      <ArticleTexts>
        <Suspense fallback={<SkeletonRows rows={6} />}>
          <NewArticle key={search.answers ?? 'new'} search={search} />
        </Suspense>
      </ArticleTexts>
    )
  }
  return <Known key={id} id={id} search={search} />
}

function Known({ id, search }: { id: string; search: KnowledgeSearch }) {
  const t = useT()
  const { data, error, isError, refetch } = useQuery(articleQuery(id))
  if (error instanceof Problem && (error.status === 404 || error.status === 422)) return <Empty title={t('knowledge.gone')} text={t('knowledge.goneText')} />
  if (isError && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} />
  if (search.edit === undefined || !data.may_edit) return <Reader article={data} search={search} />
  return (
    <ArticleTexts>
      <Suspense fallback={<SkeletonRows rows={6} />}>
        <Writer article={data} language={search.edit} search={search} />
      </Suspense>
    </ArticleTexts>
  )
}
