import { queryOptions, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useToasts } from '@/kit/toast'
import type { ActName } from '../rights'
import type { Detail } from '../types'

/** The open widgets of a brand, to which its customers can be invited. */
export const widgetsQuery = (brand: string) =>
  queryOptions({
    queryKey: ['chat-widgets', brand],
    queryFn: async () => (await ok(api.GET('/api/v1/chat-widgets', { params: { query: { brand } } }))).items,
    staleTime: 10 * 60_000,
    enabled: brand !== '',
  })

/**
 * Invites the customer of a conversation on another channel to a chat: the link
 * comes into the reply, to be sent in the agent's own words. Undefined where that
 * cannot be. Where everybody reads, anybody could follow the link.
 */
export function useGoOnChat(detail: Detail, may: ReadonlySet<ActName>): (() => Promise<void>) | undefined {
  const t = useT()
  const toasts = useToasts()
  const busy = useRef(false)
  const possible = may.has('goOnChat') && !detail.post
  const widgets = useQuery({ ...widgetsQuery(detail.brand_id), enabled: possible && Boolean(detail.brand_id) }).data
  if (!possible || !widgets?.length) return undefined
  return async () => {
    if (busy.current) return
    busy.current = true
    try {
      const { inviteToChat } = await import('./invite')
      await inviteToChat(detail.id, detail.subject || t('mails.goOnSubject'))
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error), error })
    } finally {
      busy.current = false
    }
  }
}
