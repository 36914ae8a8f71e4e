import type { Board, BoardAgent, PresenceState, Serves } from './types'

/** What a supervisor changes about an agent. */
export type Change =
  | { kind: 'membership'; agent: string; queue: string; member: boolean; enabled: boolean }
  | { kind: 'move'; agent: string; from: string; to: string }
  | { kind: 'channels'; agent: string; channels: Record<string, boolean> }
  | { kind: 'presence'; agent: string; state: PresenceState; reasonId?: string; reason?: string; next: boolean; at: string }

/**
 * The board as it will be when the server has made the changes. They lie over what
 * the server tells, which frames go on to renew below: taking one away is all it
 * takes to undo a refused one, and no news is lost by it.
 */
export function withChanges(board: Board, changes: readonly Change[]): Board {
  if (changes.length === 0) return board
  const agents = board.agents.map((agent) => changes.filter((c) => c.agent === agent.id).reduce(changed, agent))
  return { ...board, agents }
}

/** An agent after a change. */
export function changed(agent: BoardAgent, change: Change): BoardAgent {
  switch (change.kind) {
    case 'membership':
      return { ...agent, queues: withMembership(agent.queues, change.queue, change.member, change.enabled) }
    case 'move':
      return { ...agent, queues: withMembership(withMembership(agent.queues, change.from, false), change.to, true) }
    case 'channels':
      return { ...agent, channels: { ...agent.channels, ...change.channels } }
    case 'presence':
      return withPresence(agent, change)
  }
}

function withMembership(queues: Serves[], id: string, member: boolean, enabled = true): Serves[] {
  const others = queues.filter((q) => q.id !== id)
  return member ? [...others, { id, enabled }] : others
}

function withPresence(agent: BoardAgent, { state, reasonId, reason, next, at }: Change & { kind: 'presence' }): BoardAgent {
  if (next) return { ...agent, next: state }
  const activity = isWorking(agent) ? agent.activity : state
  return { ...agent, presence: state, reason_id: reasonId, reason, system: undefined, next: undefined, since: at, activity }
}

/** Whether the agent has something to end first. */
export const isWorking = ({ activity }: BoardAgent) => activity === 'busy' || activity === 'wrap_up' || activity === 'offered'

/** The changes that make an agent again what they were before `change`. */
export function inverse(change: Change, before: BoardAgent, at: string): Change[] {
  const back = (queue: string): Change => {
    const was = before.queues.find((q) => q.id === queue)
    return { kind: 'membership', agent: before.id, queue, member: was !== undefined, enabled: was?.enabled ?? false }
  }
  switch (change.kind) {
    case 'membership':
      return [back(change.queue)]
    case 'move':
      return [back(change.from), back(change.to)]
    case 'channels':
      return [{ ...change, channels: Object.fromEntries(Object.keys(change.channels).map((c) => [c, before.channels[c] ?? false])) }]
    case 'presence':
      return [{ kind: 'presence', agent: before.id, state: before.presence, reasonId: before.reason_id, reason: before.reason, next: false, at }]
  }
}

/** The place of agents who belong to no queue. */
export const nowhere = ''

/** What dropping an agent on a place means; nothing when they are there already. */
export function dropChange(agent: BoardAgent, from: string, to: string): Change | undefined {
  if (from === to) return undefined
  const there = agent.queues.some((q) => q.id === to)
  if (to === nowhere) return { kind: 'membership', agent: agent.id, queue: from, member: false, enabled: false }
  if (from === nowhere) return there ? undefined : { kind: 'membership', agent: agent.id, queue: to, member: true, enabled: true }
  return { kind: 'move', agent: agent.id, from, to }
}
