import { useQueryClient } from '@tanstack/react-query'
import { useQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { useLeader, useLive } from '@/lib/live'

/** Something a person should know of that happened outside the screen they look at. */
export interface News {
  id: string
  text: string
  at: string
  /** Where it leads to. */
  to?: string
}

/** A note that names the person, as the live frame brings it. */
interface Mention {
  conversation_id: string
  entry_id: string
  by: string
  at: string
}

interface NewsState {
  items: readonly News[]
  unread: number
}

const newsKey = ['news'] as const
const mostKept = 50
const none: NewsState = { items: [], unread: 0 }

/** The news of this sitting, newest first, as live frames bring them. */
export function useNews() {
  const t = useT()
  const cache = useQueryClient()
  const leading = useLeader('notify')
  const { data = none } = useQuery<NewsState>({ queryKey: newsKey, queryFn: () => cache.getQueryData<NewsState>(newsKey) ?? none, staleTime: Infinity, initialData: none })
  const change = (next: (now: NewsState) => NewsState) => cache.setQueryData<NewsState>(newsKey, (now) => next(now ?? none))

  useLive<Mention>('notification', ({ entry_id, conversation_id, by, at }) => {
    const news = { id: entry_id, text: t('news.mention', { name: by }), at, to: `/conversations/${conversation_id}` }
    change(({ items, unread }) => ({ items: [news, ...items.filter((i) => i.id !== news.id)].slice(0, mostKept), unread: unread + 1 }))
    if (leading) tellDesktop(news)
  })
  return { ...data, markRead: () => change((now) => ({ ...now, unread: 0 })) }
}

const desktopKey = 'zongler.desktopNews'

/** Whether this device shows news outside the browser: asked for here, and allowed there. */
export function desktopNewsOn(): boolean {
  return 'Notification' in window && Notification.permission === 'granted' && localStorage.getItem(desktopKey) === 'on'
}

/** Turns desktop news on or off; the browser asks only now. Answers what holds then. */
export async function setDesktopNews(on: boolean): Promise<boolean> {
  localStorage.setItem(desktopKey, on ? 'on' : 'off')
  if (on && 'Notification' in window && Notification.permission === 'default') await Notification.requestPermission()
  return desktopNewsOn()
}

function tellDesktop(news: News) {
  if (!desktopNewsOn() || document.visibilityState === 'visible') return
  const shown = new Notification('Zongler', { body: news.text, tag: news.to ?? news.id })
  shown.addEventListener('click', () => focus())
}
