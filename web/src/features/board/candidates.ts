import type { Activity, Board, BoardAgent, BoardQueue } from './types'

/** Somebody who can help, and the queue that misses them least. */
export interface Candidate {
  agent: BoardAgent
  from: BoardQueue | undefined
}

const readiness: Record<Activity, number> = { available: 0, wrap_up: 1, offered: 2, busy: 3, away: 4, offline: 5 }

/** Agents who are at work and not yet in a queue: the readiest first, then those of the queues that do best. */
export function candidates(board: Board, queue: string): Candidate[] {
  const byId = new Map(board.queues.map((q) => [q.id, q]))
  return board.agents
    .filter((a) => a.activity !== 'offline' && !a.queues.some((q) => q.id === queue))
    .map((agent) => ({ agent, from: easiest(agent.queues.flatMap((s) => byId.get(s.id) ?? [])) }))
    .toSorted((a, b) => readiness[a.agent.activity] - readiness[b.agent.activity] || (b.from ? ease(b.from) : Infinity) - (a.from ? ease(a.from) : Infinity) || a.agent.name.localeCompare(b.agent.name))
}

const easiest = (queues: BoardQueue[]) => queues.toSorted((a, b) => ease(b) - ease(a))[0]

/** How far a queue is above its target, where nobody waits before where somebody does. */
const ease = ({ waiting, today }: BoardQueue) => (today.sl_e ?? 100) - today.target_percent - waiting
