import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLiveState } from '@/lib/live'
import { useSignedIn } from '@/lib/session'
import { listQuery } from '../conversation/api'
import { keys } from '../conversation/caches'
import { isMine } from '../conversation/rights'
import type { Row } from '../conversation/types'
import type { ListState } from '../worklist/list'

const none: readonly Row[] = []

/** The person's own work, as the lists that were shown know it. */
function ownRows(cache: QueryClient, me: string): readonly Row[] {
  const rows = cache.getQueriesData<ListState>({ queryKey: keys.lists }).flatMap(([, list]) => list?.rows ?? [])
  return [...new Map(rows.filter((row) => isMine(row, me)).map((row) => [row.id, row])).values()]
}

/** What the person had when the connection was lost and, now that the server calls them lost, has no longer. */
export function useHandedOn(lost: boolean): readonly Row[] {
  const cache = useQueryClient()
  const me = useSignedIn().user.id
  const { connected } = useLiveState()
  const [seen, setSeen] = useState(connected)
  const [had, setHad] = useState(none)
  if (seen !== connected) {
    setSeen(connected)
    if (!connected && !lost) setHad(ownRows(cache, me))
  }
  const own = useQuery({ ...listQuery({ view: 'mine', sort: 'deadline' }), enabled: lost && had.length > 0, staleTime: 0 }).data
  if (!lost || !own) return none
  // A row that has left the list stays in its place there for a while.
  return had.filter((row) => own.left.has(row.id) || !own.rows.some((r) => r.id === row.id && isMine(r, me)))
}
