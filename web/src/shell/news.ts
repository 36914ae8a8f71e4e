import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type Schemas, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useLeader, useLive } from '@/lib/live'
import { useSignedIn } from '@/lib/session'
import { tellDesktop } from './desktop'

/** Something a person should know of, as the server keeps it. A live frame knows the name of who it is from, and not yet its id. */
export type News = Omit<Schemas['Notification'], 'id' | 'by'> & { id?: string; by?: string }

/** A note that names the person, as the live frame brings it. */
interface Mention {
  conversation_id: string
  entry_id: string
  by: string
  at: string
}

/** A promised time of a case is nearly, or wholly, over. */
interface CaseAlert {
  case_id: string
  kind: 'case.warned' | 'case.breached'
  at: string
}

/** A rule, or an article's age, wants the person to look at something. */
interface Told {
  kind: 'rule' | 'case.rule' | 'article.expired'
  conversation_id?: string
  case_id?: string
  article_id?: string
}

const newsKey = ['me', 'notifications'] as const
const mostShown = 50
const none: readonly News[] = []

const newsQuery = queryOptions({
  queryKey: newsKey,
  queryFn: async (): Promise<readonly News[]> => {
    const { items } = await ok(api.GET('/api/v1/me/notifications', { params: { query: { limit: mostShown } } }))
    return items.map((n) => ({ ...n, by: n.by?.name || undefined }))
  },
})

/** Adds what a frame tells to the news, newest first, each once. */
export function withMention(items: readonly News[], { conversation_id, entry_id, by, at }: Mention): readonly News[] {
  if (items.some((n) => n.entry_id === entry_id)) return items
  return [{ kind: 'mention' as const, conversation_id, entry_id, by, at }, ...items].slice(0, mostShown)
}

/** Adds what the clocks of cases tell, newest first, each once. */
export function withCaseAlert(items: readonly News[], { case_id, kind, at }: CaseAlert): readonly News[] {
  if (items.some((n) => n.case_id === case_id && n.kind === kind && n.at === at)) return items
  return [{ kind, case_id, at }, ...items].slice(0, mostShown)
}

/** Tells one piece of news from all others, whether the server or a frame told it. */
export const newsName = ({ id, kind, entry_id, case_id, at }: News) => entry_id ?? (case_id && `${kind} ${case_id} ${at}`) ?? id ?? at

/** The news of the person, newest first, on every device the same. */
export function useNews() {
  const t = useT()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const me = useSignedIn().user.id
  const leading = useLeader('notify')
  const { data: items = none } = useQuery(newsQuery)
  const renew = () => cache.invalidateQueries({ queryKey: newsKey })

  useLive<Mention>('notification', (mention) => {
    cache.setQueryData<readonly News[]>(newsKey, (now = none) => withMention(now, mention))
    void renew()
    if (!leading) return
    const { conversation_id: id, by } = mention
    tellDesktop({ title: 'Zongler', body: t('news.mention', { name: by }), tag: `conversation-${id}`, onClick: () => void navigate({ to: '/conversations/$id', params: { id } }) })
  })
  useLive<CaseAlert>('case.alert', (alert) => {
    cache.setQueryData<readonly News[]>(newsKey, (now = none) => withCaseAlert(now, alert))
    void renew()
    if (!leading) return
    const { case_id: id, kind } = alert
    tellDesktop({ title: 'Zongler', body: t(`news.${kind}`), tag: `case-${id}`, onClick: () => void navigate({ to: '/cases/$id', params: { id } }) })
  })
  useLive<Told>('news', (told) => {
    void renew()
    if (!leading) return
    const { kind, conversation_id, case_id, article_id } = told
    const go = () => {
      if (article_id) void navigate({ to: '/knowledge/$id', params: { id: article_id }, search: { due: true } })
      else if (case_id) void navigate({ to: '/cases/$id', params: { id: case_id } })
      else void navigate({ to: '/conversations/$id', params: { id: conversation_id ?? '' } })
    }
    tellDesktop({ title: 'Zongler', body: t(`news.${kind}`), tag: article_id ? `article-${article_id}` : case_id ? `case-${case_id}` : `conversation-${conversation_id}`, onClick: go })
  })
  // Whoever reads a conversation has read what told of it, here or on another device.
  useLive<{ conversation_id: string; user_id?: string }>('read', ({ conversation_id, user_id }) => {
    if (user_id === me && items.some((n) => !n.read_at && n.conversation_id === conversation_id)) void renew()
  })
  /** Marks everything up to the newest as read; a mark that is lost is set the next time. */
  const markRead = async () => {
    const newest = (await cache.fetchQuery(newsQuery).catch(() => none)).find((n) => n.id)?.id
    if (newest === undefined || !cache.getQueryData<readonly News[]>(newsKey)?.some((n) => !n.read_at)) return
    const now = new Date().toISOString()
    cache.setQueryData<readonly News[]>(newsKey, (all) => all?.map((n) => ({ ...n, read_at: n.read_at ?? now })))
    await ok(api.POST('/api/v1/me/notifications/read', { body: { up_to: newest } })).catch(renew)
  }
  return { items, unread: items.filter((n) => !n.read_at).length, markRead: () => void markRead() }
}
