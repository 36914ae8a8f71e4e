import { queryOptions } from '@tanstack/react-query'
import type { Client } from 'openapi-fetch'
import { api, ok } from '@/lib/api'
import type { Change } from './changes'
import type { Board, PresenceState } from './types'

// The operations of the board, in the shape openapi-typescript gives.
// When the generated types have them, `staff` is `api`.

interface Op<Body, Path extends string, Answer = never> {
  parameters: [Path] extends [never] ? Record<never, never> : { path: Record<Path, string> }
  requestBody?: [Body] extends [never] ? never : { content: { 'application/json': Body } }
  responses: {
    200: { content: { 'application/json': Answer } }
    default: { content: { 'application/problem+json': unknown } }
  }
}

interface StaffPaths {
  '/api/v1/board': { get: Op<never, never, Board> }
  '/api/v1/agents/{id}/queues/{queue_id}': { put: Op<{ member: boolean; enabled: boolean }, 'id' | 'queue_id'> }
  '/api/v1/agents/{id}/move': { post: Op<{ from_queue_id: string; to_queue_id: string }, 'id'> }
  '/api/v1/agents/{id}/presence': { put: Op<{ state: PresenceState; reason_id?: string; next?: boolean }, 'id'> }
  '/api/v1/agents/{id}/channels': { put: Op<{ channels: Record<string, boolean> }, 'id'> }
  '/api/v1/interactions/{id}/takeover': { post: Op<never, 'id', { id: string }> }
}

const staff = api as unknown as Client<StaffPaths>

export const boardKey = ['board'] as const

/** How everything stands now. Frames renew it; the screen asks again for what changes by time alone. */
export const boardQuery = queryOptions({ queryKey: boardKey, queryFn: ({ signal }) => ok(staff.GET('/api/v1/board', { signal })) })

/** Sends a change of an agent to the server. */
export function sendChange(change: Change): Promise<unknown> {
  const path = { id: change.agent }
  switch (change.kind) {
    case 'membership':
      return ok(staff.PUT('/api/v1/agents/{id}/queues/{queue_id}', { params: { path: { ...path, queue_id: change.queue } }, body: { member: change.member, enabled: change.enabled } }))
    case 'move':
      return ok(staff.POST('/api/v1/agents/{id}/move', { params: { path }, body: { from_queue_id: change.from, to_queue_id: change.to } }))
    case 'channels':
      return ok(staff.PUT('/api/v1/agents/{id}/channels', { params: { path }, body: { channels: change.channels } }))
    case 'presence':
      return ok(staff.PUT('/api/v1/agents/{id}/presence', { params: { path }, body: { state: change.state, reason_id: change.reasonId, next: change.next || undefined } }))
  }
}

/** Makes the person the agent of somebody else's interaction. */
export function takeOver(interaction: string): Promise<unknown> {
  return ok(staff.POST('/api/v1/interactions/{id}/takeover', { params: { path: { id: interaction } } }))
}
