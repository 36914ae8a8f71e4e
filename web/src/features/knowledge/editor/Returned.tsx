import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { historyQuery } from '../api'
import type { Version } from '../types'

/** What is to be changed about a draft that came back from its review. */
export function Returned({ draft }: { draft: Version }) {
  const t = useT()
  const { data } = useQuery(historyQuery(draft.article_id))
  const last = data?.reviews.find((r) => r.version_id === draft.id)
  if (last?.action !== 'returned' || !last.comment) return null
  return (
    <Alert color="yellow" variant="light" title={[last.by?.name, t('knowledge.history.returned')].filter(Boolean).join(' ')}>
      {last.comment}
    </Alert>
  )
}
