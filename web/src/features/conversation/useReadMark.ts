import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, ok } from '@/lib/api'
import { useSignedIn } from '@/lib/session'
import { findRow } from './caches'
import { useDesk } from './desk'
import type { Detail } from './types'

const readAfter = 1000 // milliseconds in sight

/** Moves the person's read mark up to what has been in sight for a second. Answers a function to tell what is. */
export function useReadMark(detail: Detail): (seq: number) => void {
  const { cache, unread: keptUnread } = useDesk()
  const client = useQueryClient()
  const { user } = useSignedIn()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const marked = useRef(0)
  const { id, unread, last_seq } = detail

  useEffect(
    () => () => {
      clearTimeout(timer.current)
      keptUnread.delete(id)
    },
    [id, keptUnread],
  )

  const set = async (seq: number) => {
    if (seq <= (keptUnread.get(id) ?? 0)) return
    const before = { marked: marked.current, unread: findRow(client, id)?.unread ?? 0 }
    marked.current = seq
    cache.read(id, 'agent', user.id, seq)
    try {
      await ok(api.PUT('/api/v1/conversations/{id}/read', { params: { path: { id } }, body: { seq } }))
    } catch {
      // It is set when the entry is looked at again: at a scroll, a new entry, or the tab's return.
      marked.current = before.marked
      cache.patch(id, { unread: before.unread })
    }
  }
  return (seq) => {
    clearTimeout(timer.current)
    const already = Math.max(marked.current, last_seq - unread)
    if (seq <= already || seq <= (keptUnread.get(id) ?? 0)) return
    timer.current = setTimeout(() => void set(seq), readAfter)
  }
}
