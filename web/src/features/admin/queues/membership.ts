import { tell } from '../parts/collection'

/** Cache of who serves which queue, as the board tells it, for the administration alone. */
export const boardKey = ['admin', 'board'] as const

export const membersKey = (queue: string) => ['admin', 'queues', queue, 'members'] as const

/** Adds an agent to a queue, pauses or removes them; effective at once. */
export const setMembership = (agent: string, queue: string, body: { member: boolean; enabled: boolean }) => tell('PUT', `/api/v1/agents/${agent}/queues/${queue}`, body)
