import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLive, useLiveSend, useLiveState } from '@/lib/live'
import { byServer, useNow } from '@/lib/time'
import { boardKey, boardQuery } from './api'
import { takeAgent, takeQueue, takeTotals } from './frames'
import type { Board, BoardAgent, BoardQueue, BoardTotals } from './types'

/** From this age on numbers are no longer news (UX rule 19). */
export const staleAfter = 10_000

// A wait passes its target without anything happening that a frame would tell
// of, so the board is asked again now and then; more often without frames.
const askEvery = { connected: 15_000, alone: 5_000 }

/** The board, kept fresh by frames while it is looked at. */
export function useBoard() {
  const cache = useQueryClient()
  const { connected } = useLiveState()
  const send = useLiveSend()
  const update = (take: (board: Board) => Board) => cache.setQueryData<Board>(boardKey, (board) => board && take(board))
  useLive<BoardQueue>('queue', (queue) => update((b) => takeQueue(b, queue)))
  useLive<BoardAgent>('agent', (agent) => update((b) => takeAgent(b, agent)))
  useLive<BoardTotals>('board', (totals) => update((b) => takeTotals(b, totals)))
  useEffect(() => {
    if (!connected) return undefined
    send('board', { on: true })
    // Only from now on are we told what changes.
    void cache.invalidateQueries({ queryKey: boardKey })
    return () => void send('board', { on: false })
    // `send` is new on every render and always the same connection.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [connected])
  return useQuery({ ...boardQuery, refetchInterval: connected ? askEvery.connected : askEvery.alone })
}

/** How old the numbers are, once they are too old to be called live; else undefined. */
export function useAge(heardAt: number): number | undefined {
  const now = useNow('second')
  const { connected, since } = useLiveState()
  const age = connected ? 0 : now - Math.max(byServer(heardAt), since)
  return age > staleAfter ? age : undefined
}
