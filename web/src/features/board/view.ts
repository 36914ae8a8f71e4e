import { getRouteApi } from '@tanstack/react-router'
import { sumToday } from './judge'
import { type Board, type BoardAgent, type BoardQueue, type BoardTotals, type WorkItem } from './types'
import { bySince, useByName } from './wording'

const route = getRouteApi('/desk/board')

/** The part of the board that is looked at: all of it, or one brand's. */
export interface View {
  brand: string | undefined
  queues: BoardQueue[]
  /** Agents of a shown queue, in the order of names, those who pause there too. */
  members: ReadonlyMap<string, BoardAgent[]>
  /** Agents who belong to no queue at all. */
  idle: BoardAgent[]
  contacts: Contact[]
  totals: Pick<BoardTotals, 'waiting' | 'longest_since' | 'today'>
}

/** An interaction under way, and whose it is. */
export interface Contact {
  work: WorkItem
  agent: BoardAgent
  queue: BoardQueue | undefined
}

export function useView(board: Board): View {
  const { brand } = route.useSearch()
  return viewOf(board, brand, useByName())
}

/** The part of a board that belongs to a brand; without one, all of it. */
export function viewOf(board: Board, brand: string | undefined, byName: (a: { name: string }, b: { name: string }) => number): View {
  const queues = board.queues.filter((q) => !brand || q.brand_id === brand).toSorted(byName)
  const agents = board.agents.toSorted(byName)
  const shown = new Map(queues.map((q) => [q.id, q]))
  const contacts = agents
    .flatMap((agent) => agent.work.map((work): Contact => ({ work, agent, queue: shown.get(work.queue_id ?? '') })))
    .filter((c) => !brand || c.queue)
    .toSorted((a, b) => bySince(a.work, b.work))
  return {
    brand,
    queues,
    members: new Map(queues.map((q) => [q.id, agents.filter((a) => a.queues.some((s) => s.id === q.id))])),
    idle: agents.filter((a) => a.queues.length === 0),
    contacts,
    totals: brand ? { ...waitingIn(queues), today: sumToday(queues) } : board.totals,
  }
}

function waitingIn(queues: readonly BoardQueue[]) {
  const longest = queues.flatMap((q) => q.longest_since ?? []).toSorted()
  return { waiting: queues.reduce((sum, q) => sum + q.waiting, 0), longest_since: longest[0] }
}
