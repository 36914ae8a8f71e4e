import type { Client } from 'openapi-fetch'
import { api } from '@/lib/api'
import type { CustomerDetail, CustomerPatch } from '../customer/types'
import type { CannedReply, Counts, Detail, Disposition, Draft, Entry, Interaction, ListQuery, Mode, Offer, QueueRules, Ref, Row, TransferTargets } from './types'

// The operations of the agent's desk, in the shape openapi-typescript gives.
// When the generated types have them, this file is `export const desk = api`.

type ById = 'id'
type Page<T> = { items: T[]; next?: string }

interface DeskPaths {
  '/api/v1/conversations': { get: Op<never, Page<Row>, never, ListQuery & { limit?: number; cursor?: string }> }
  '/api/v1/conversations/counts': { get: Op<never, Counts> }
  '/api/v1/conversations/{id}': {
    get: Op<never, Detail, ById>
    patch: Op<{ subject: string }, never, ById>
  }
  '/api/v1/conversations/{id}/entries': { get: Op<never, { items: Entry[]; more: boolean }, ById, { before_seq?: number; after_seq?: number; limit?: number }> }
  '/api/v1/conversations/{id}/replies': { post: Op<{ text: string; attachment_ids: string[]; client_id: string; based_on_seq: number; force?: boolean }, Entry, ById> }
  '/api/v1/conversations/{id}/notes': { post: Op<{ text: string; mentions: string[]; client_id: string }, Entry, ById> }
  '/api/v1/conversations/{id}/read': { put: Op<{ seq: number }, never, ById> }
  '/api/v1/conversations/{id}/unread': { post: Op<{ seq?: number }, never, ById> }
  '/api/v1/conversations/{id}/draft': {
    get: Op<never, { items: Draft[] }, ById>
    put: Op<{ mode: Mode; text: string; rev: number }, Draft, ById>
  }
  '/api/v1/conversations/{id}/tags': { put: Op<{ tags: string[] }, { tags: string[] }, ById> }
  '/api/v1/conversations/{id}/reopen': { post: Op<never, { id: string }, ById> }
  '/api/v1/conversations/{id}/colleagues': { get: Op<never, { items: Ref[] }, ById, { q?: string }> }
  '/api/v1/interactions/{id}/pull': { post: Op<never, Interaction, ById> }
  '/api/v1/interactions/{id}/takeover': { post: Op<never, Interaction, ById> }
  '/api/v1/interactions/{id}/transfer': { post: Op<{ queue_id?: string; agent_id?: string; note?: string }, never, ById> }
  '/api/v1/interactions/{id}/park': { post: Op<{ until?: string }, never, ById> }
  '/api/v1/interactions/{id}/resume': { post: Op<never, never, ById> }
  '/api/v1/interactions/{id}/end': { post: Op<never, never, ById> }
  '/api/v1/interactions/{id}/finish': { post: Op<{ disposition_id?: string; note?: string }, never, ById> }
  '/api/v1/transfer-targets': { get: Op<never, TransferTargets, never, { interaction: string; q?: string }> }
  '/api/v1/canned': { get: Op<never, Page<CannedReply>, never, { brand?: string; q?: string; language?: string; limit?: number }> }
  '/api/v1/dispositions': { get: Op<never, Page<Disposition>, never, { queue?: string; limit?: number }> }
  '/api/v1/queues': { get: Op<never, Page<QueueRules>, never, { limit?: number }> }
  '/api/v1/queues/{id}': { get: Op<never, QueueRules, ById> }
  '/api/v1/me/offers': { get: Op<never, { items: Offer[] }> }
  '/api/v1/offers/{id}/accept': { post: Op<never, Interaction, ById> }
  '/api/v1/offers/{id}/decline': { post: Op<{ reason?: string }, never, ById> }
  '/api/v1/customers/{id}': {
    get: Op<never, CustomerDetail, ById>
    patch: Op<CustomerPatch, CustomerDetail, ById>
  }
}

type Params<Path extends string, Query> = ([Path] extends [never] ? unknown : { path: Record<Path, string> }) & ([Query] extends [never] ? unknown : { query?: Query })

interface Op<Body, Answer, Path extends string = never, Query = never> {
  parameters: Params<Path, Query>
  requestBody?: [Body] extends [never] ? never : { content: { 'application/json': Body } }
  responses: {
    200: { content: { 'application/json': Answer } }
    default: { content: { 'application/problem+json': unknown } }
  }
}

/** The typed client for the operations of the desk. */
export const desk = api as unknown as Client<DeskPaths>
