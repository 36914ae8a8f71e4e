import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import type { Presence } from '@/lib/api'
import { useLiveState } from '@/lib/live'
import { useSignedIn } from '@/lib/session'
import { toMillis } from '@/lib/time'
import { serverNow } from '@/lib/time/clock'
import { listQuery } from '../conversation/api'
import { keys } from '../conversation/caches'
import { isMine } from '../conversation/rights'
import type { Row } from '../conversation/types'
import type { ListState } from '../worklist/list'
import { type Had, forgetHad, hadAt, keepHad } from './had'

const none: Had['rows'] = []

/** The person's own work, as the lists that were shown know it. */
function ownRows(cache: QueryClient, me: string): readonly Row[] {
  const rows = cache.getQueriesData<ListState>({ queryKey: keys.lists }).flatMap(([, list]) => list?.rows ?? [])
  return [...new Map(rows.filter((row) => isMine(row, me)).map((row) => [row.id, row])).values()]
}

/**
 * What the person had when the connection was lost and, now that the server calls them lost, has no longer. Every
 * window knows, whichever of them lost the connection.
 */
export function useHandedOn(presence: Presence | undefined): Had['rows'] {
  const cache = useQueryClient()
  const me = useSignedIn().user.id
  const { connected } = useLiveState()
  const lost = presence?.system === 'lost'
  const remember = useEffectEvent(() => {
    if (presence && !lost) keepHad(me, ownRows(cache, me), serverNow())
  })
  useEffect(() => {
    // Whoever closes the window loses the connection too.
    const leave = () => remember()
    addEventListener('pagehide', leave)
    if (!connected) remember()
    return () => removeEventListener('pagehide', leave)
  }, [connected])
  useEffect(() => {
    if (presence?.state === 'available') forgetHad(me)
  }, [presence?.state, me])
  const had = lost && presence.since !== undefined ? hadAt(me, toMillis(presence.since)) : none
  const own = useQuery({ ...listQuery({ view: 'mine', sort: 'deadline' }), enabled: had.length > 0, staleTime: 0 }).data
  if (had.length === 0 || !own) return none
  // A row that has left the list stays in its place there for a while.
  return had.filter(({ id }) => own.left.has(id) || !own.rows.some((r) => r.id === id && isMine(r, me)))
}
