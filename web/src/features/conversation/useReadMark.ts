import { useEffect, useRef } from 'react'
import { api as desk, ok } from '@/lib/api'
import { useDesk } from './desk'
import type { Detail } from './types'

const readAfter = 1000 // milliseconds in sight

/** Moves the person's read mark up to what has been in sight for a second. Answers a function to tell what is. */
export function useReadMark(detail: Detail): (seq: number) => void {
  const { cache } = useDesk()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const marked = useRef(0)
  const { id, unread, last_seq } = detail

  useEffect(() => () => clearTimeout(timer.current), [])

  return (seq) => {
    clearTimeout(timer.current)
    const already = Math.max(marked.current, last_seq - unread)
    if (seq <= already) return
    timer.current = setTimeout(() => {
      marked.current = seq
      cache.patch(id, { unread: Math.max(0, last_seq - seq) })
      // A mark that is lost is set with the next entry.
      ok(desk.PUT('/api/v1/conversations/{id}/read', { params: { path: { id } }, body: { seq } })).catch(() => undefined)
    }, readAfter)
  }
}
