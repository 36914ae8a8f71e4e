import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import type { Change } from './changes'

export const boardKey = ['board'] as const

/** How everything stands now. Frames renew it; the screen asks again for what changes by time alone. */
export const boardQuery = queryOptions({ queryKey: boardKey, queryFn: ({ signal }) => ok(api.GET('/api/v1/board', { signal })) })

/** Sends a change of an agent to the server. */
export function sendChange(change: Change): Promise<unknown> {
  const path = { id: change.agent }
  switch (change.kind) {
    case 'membership':
      return ok(api.PUT('/api/v1/agents/{id}/queues/{queue_id}', { params: { path: { ...path, queue_id: change.queue } }, body: { member: change.member, enabled: change.enabled } }))
    case 'move':
      return ok(api.POST('/api/v1/agents/{id}/move', { params: { path }, body: { from_queue_id: change.from, to_queue_id: change.to } }))
    case 'channels':
      return ok(api.PUT('/api/v1/agents/{id}/channels', { params: { path }, body: { channels: change.channels } }))
    case 'presence':
      return ok(api.PUT('/api/v1/agents/{id}/presence', { params: { path }, body: { state: change.state, reason_id: change.reasonId, next: change.next || undefined } }))
  }
}

/** Gives an interaction back to the agent who had it. */
export function handBack(interaction: string, agent: string): Promise<unknown> {
  return ok(api.POST('/api/v1/interactions/{id}/transfer', { params: { path: { id: interaction } }, body: { agent_id: agent } }))
}

/** Makes the person the agent of somebody else's interaction. */
export function takeOver(interaction: string): Promise<unknown> {
  return ok(api.POST('/api/v1/interactions/{id}/takeover', { params: { path: { id: interaction } } }))
}
