import { api, ok } from '@/lib/api'
import type { ListPage, ListQuery } from '@/kit/resource/schema'
import { collection } from '../parts/collection'
import type { Thing } from '../types'

/** These lists do not say when a thing went out of use, only that it did. */
const archivedAt = (item: { archived: boolean }) => (item.archived ? new Date(0).toISOString() : undefined)

/** Their lists add those out of use to the others; the page shows one or the other. */
function parted<Item extends Thing>(list: (query: object) => Promise<ListPage<Item>>) {
  return async ({ archived, brand }: ListQuery): Promise<ListPage<Item>> => {
    const page = await list({ archived, brand })
    return archived ? { ...page, items: page.items.filter((i) => i.archived_at !== undefined) } : page
  }
}

const statuses = collection('/api/v1/case-statuses', { archivedAt, short: true })
const fields = collection('/api/v1/case-fields', { archivedAt, short: true })
const ownFields = collection('/api/v1/customer-fields', { archivedAt, short: true })
const policies = collection('/api/v1/sla-policies', { archivedAt, short: true })

export const caseStatuses = { ...statuses, get: undefined, list: parted(statuses.list) }
export const caseFields = { ...fields, get: undefined, list: parted(fields.list) }
export const customerFields = { ...ownFields, get: undefined, list: parted(ownFields.list) }
export const slaPolicies = { ...policies, list: parted(({ ...query }: ListQuery) => policies.list({ archived: query.archived })) }

export const keys = { caseStatuses: ['admin', 'case-statuses'], caseFields: ['admin', 'case-fields'], customerFields: ['admin', 'customer-fields'], slaPolicies: ['admin', 'sla-policies'] } as const

type PolicyBody = Parameters<typeof policies.create>[0]

/** A promise is replaced as a whole; the version goes along, so that another's change in between is not lost. */
export const replacePolicy = (id: string, body: Omit<PolicyBody, 'brand_id'> & { version: number }) => ok(api.PUT('/api/v1/sla-policies/{id}', { params: { path: { id } }, body }))
