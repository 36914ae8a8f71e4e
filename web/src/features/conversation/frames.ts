import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLive, useLiveState } from '@/lib/live'
import type { Typing } from './caches'
import { useDesk } from './desk'
import type { DeliveryState, Entry, Row, Viewer } from './types'

interface At {
  conversation_id: string
}

/** Writes into the cache what the server says of conversations, whatever screen is shown. */
export function useDeskFrames() {
  const { cache, outbox, held } = useDesk()
  const client = useQueryClient()
  const { connected } = useLiveState()
  useLive<Row>('conversation', (row) => cache.row(row))
  useLive<{ id: string }>('conversation.gone', ({ id }) => cache.gone(id))
  useLive<At & { entry: Entry }>('entry', ({ conversation_id, entry }) => {
    cache.entry(conversation_id, entry)
    outbox.confirm(conversation_id, [entry])
    if (entry.kind === 'message' && entry.author === 'customer') held.interrupt(conversation_id)
  })
  useLive<At & { entry_id: string; state: DeliveryState; reason?: string; at?: string }>('delivery', ({ conversation_id, entry_id, ...moved }) => cache.delivery(conversation_id, entry_id, moved))
  useLive<At & { by: string; user_id?: string; seq: number }>('read', (r) => cache.read(r.conversation_id, r.by, r.user_id, r.seq))
  useLive<At & Typing & { on: boolean }>('typing', ({ conversation_id, who, name, on }) => cache.typing(conversation_id, { who, name }, on))
  useLive<At & { last_seq: number }>('viewing', (v) => cache.viewing(v.conversation_id, v.last_seq))
  useLive<At & { viewers: Viewer[] }>('viewers', (v) => cache.viewers(v.conversation_id, v.viewers))
  // At the start, whether connected or not: what the last visit left goes out.
  useEffect(() => outbox.retryWaiting(), [outbox])
  // A stream that goes on brings what was missed, but not what could not be sent or asked meanwhile.
  useEffect(() => {
    if (!connected) return
    outbox.retryWaiting()
    void client.refetchQueries({ type: 'active', predicate: (query) => query.state.status === 'error' })
  }, [connected, client, outbox])
}
