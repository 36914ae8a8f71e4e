import { api, ok } from '@/lib/api'

/** Cache of who serves which queue, as the board tells it, for the administration alone. */
export const boardKey = ['admin', 'board'] as const

export const membersKey = (queue: string) => ['admin', 'queues', queue, 'members'] as const

/** Adds an agent to a queue, pauses or removes them; effective at once. */
export const setMembership = (agent: string, queue: string, body: { member: boolean; enabled: boolean }) =>
  ok(api.PUT('/api/v1/agents/{id}/queues/{queue_id}', { params: { path: { id: agent, queue_id: queue } }, body }))
