import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useT } from '@/lib/i18n'
import { useLeader, useLive } from '@/lib/live'
import { useCan, useSignedIn } from '@/lib/session'
import { alertSettings, isQuiet, messageNotes, play, useUnlockOnFirstClick } from '@/lib/sound'
import { setTitlePart } from '@/lib/title'
import { tellDesktop } from '@/shell/desktop'
import { listQuery } from '../conversation/api'
import { calledBy } from '../conversation/calledBy'
import { isMine } from '../conversation/rights'
import type { Entry, Row } from '../conversation/types'
import { emptyList } from './list'
import { queryOf } from './search'

const askOthers = 150 // milliseconds in which another tab may say that its reader sees the message

/** Makes heard and seen, on every screen, that one's own customers have written. */
export function MessageAlerts() {
  return useCan('conversation.reply') ? <Alerts /> : null
}

function Alerts() {
  const t = useT()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const me = useSignedIn().user.id
  const leading = useLeader('messages')
  const isSeen = useSeen()
  const query = listQuery(queryOf({}))
  const { rows, arrivals } = useQuery(query).data ?? emptyList
  const own = [...rows, ...arrivals].filter((r) => isMine(r, me))
  const unread = own.reduce((sum, r) => sum + r.unread, 0)
  useUnlockOnFirstClick()
  useEffect(() => setTitlePart({ unread }), [unread])
  useEffect(() => () => setTitlePart({ unread: 0 }), [])

  const alert = (row: Row, entry: Entry) => {
    const { discreet, messages } = alertSettings()
    if (messages && !isQuiet(alertSettings(), new Date())) play(messageNotes)
    tellDesktop({
      title: discreet ? 'Zongler' : calledBy(t, row.customer),
      body: discreet || !entry.text ? t('news.message') : entry.text,
      tag: `conversation-${row.id}`,
      onClick: () => void navigate({ to: '/conversations', search: { c: row.id } }),
    })
  }
  useLive<{ conversation_id: string; entry: Entry }>('entry', ({ conversation_id, entry }) => {
    if (entry.kind !== 'message' || entry.author !== 'customer') return
    const row = own.find((r) => r.id === conversation_id) ?? cache.getQueryData(query.queryKey)?.rows.find((r) => r.id === conversation_id && isMine(r, me))
    if (row) isSeen(entry.id, conversation_id, (seen) => leading && !seen && alert(row, entry))
  })
  return null
}

/** Whether a conversation is open before the eyes of whoever uses this tab. */
function isOpenHere(conversation: string): boolean {
  if (document.visibilityState !== 'visible') return false
  return location.pathname === `/conversations/${conversation}` || (location.pathname === '/conversations' && new URLSearchParams(location.search).get('c')?.replaceAll('"', '') === conversation)
}

/** Finds out whether any tab shows a new message; the tabs tell one another. */
function useSeen() {
  const seen = useRef(new Set<string>())
  const channel = useRef<BroadcastChannel>(undefined)
  useEffect(() => {
    const opened = new BroadcastChannel('zongler.seen')
    opened.addEventListener('message', ({ data }) => seen.current.add(String(data)))
    channel.current = opened
    return () => opened.close()
  }, [])
  return (entry: string, conversation: string, answer: (seen: boolean) => void) => {
    if (isOpenHere(conversation)) {
      channel.current?.postMessage(entry)
      answer(true)
      return
    }
    setTimeout(() => answer(seen.current.delete(entry)), askOthers)
  }
}
