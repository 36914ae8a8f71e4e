import { queryOptions, skipToken, useQueryClient } from '@tanstack/react-query'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useToasts } from '@/kit/toast'
import { insertInto } from '../conversation/insertions'
import type { Along } from '../conversation/upload'
import type { ArticleFile } from './types'

/** That an article was put into an answer, and whether it helped, once somebody has said so. */
export interface Use {
  id: string
  verdict?: 'helped' | 'not_helped'
}

/** What of an article was used in a conversation; the page remembers it while the person works there. */
export const insertedQuery = (conversation: string, article: string) => queryOptions<Use>({ queryKey: ['article-use', conversation, article], queryFn: skipToken, staleTime: Infinity, gcTime: Infinity })

/** A file of an article as it goes along: the article keeps its own. */
const alongOf = (file: ArticleFile): Along => ({ ...file, copy: (signal) => ok(api.POST('/api/v1/article-files/{id}/copies', { params: { path: { id: file.id } }, signal })) })

/** Puts articles into the reply as the channel says them, and tells whether they helped. */
export function useArticles(conversation: string, channel: string) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const fail = (error: unknown) => toasts.show({ kind: 'error', text: problemText(t, error), error })
  return {
    /** Answers whether the words have found their place. */
    insert: async (article: string, language: string | undefined): Promise<boolean> => {
      try {
        const said = await cache.fetchQuery({
          queryKey: ['knowledge', 'said', article, channel, language],
          queryFn: () => ok(api.GET('/api/v1/articles/{id}/say', { params: { path: { id: article }, query: { channel, language } } })),
          staleTime: 60_000,
        })
        if (!insertInto(conversation, said.text, said.files.map(alongOf))) return false
        if (!said.fits) toasts.show({ kind: 'info', text: `${t('knowledge.short')}: ${t('knowledge.length', { count: said.length, limit: said.limit })}` })
        const use = await ok(api.POST('/api/v1/articles/{id}/uses', { params: { path: { id: article } }, body: { conversation_id: conversation, language: said.language } }))
        cache.setQueryData<Use>(insertedQuery(conversation, article).queryKey, { id: use.id })
        return true
      } catch (error) {
        fail(error)
        return false
      }
    },
    judge: async (article: string, use: Use, verdict: NonNullable<Use['verdict']>) => {
      const { queryKey } = insertedQuery(conversation, article)
      cache.setQueryData<Use>(queryKey, { ...use, verdict })
      try {
        await ok(api.PUT('/api/v1/article-uses/{id}', { params: { path: { id: use.id } }, body: { verdict } }))
      } catch (error) {
        cache.setQueryData<Use>(queryKey, use)
        fail(error)
      }
    },
  }
}
