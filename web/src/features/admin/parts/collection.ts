import { api, ok } from '@/lib/api'
import type { paths } from '@/lib/api/schema.gen'
import type { ListPage } from '@/kit/resource/schema'
import type { Thing } from '../types'

type Method = 'post' | 'patch'
type Listed<P> = P extends keyof paths ? (paths[P] extends { get: { responses: { 200: { content: { 'application/json': { items: (infer One)[] } } } } } } ? One : never) : never
type Sent<P extends string, M extends Method> = P extends keyof paths ? (paths[P] extends Record<M, { requestBody?: { content: { 'application/json': infer Body } } }> ? Body : never) : never

/** Addresses of kinds of things: one lists them, and what is below it reads and changes one. */
type Address = { [P in keyof paths]: [Listed<P>] extends [never] ? never : `${P}/{id}` extends keyof paths ? P : never }[keyof paths]

type Item<P> = Listed<P> & Thing

// The operations of a collection differ in their address alone. Their types come
// from the schema by that address, which the compiler cannot follow inside.
const client = api as unknown as Record<'GET' | 'POST' | 'PATCH', <T>(path: string, init: object) => Promise<{ data?: T; error?: unknown; response: Response }>>

/** How the lists say that a thing is out of use. */
interface Living {
  archived_at?: string
  archived?: boolean
  updated_at?: string
  changed_at?: string
}

const usual = (item: Living) => item.archived_at ?? (item.archived ? (item.updated_at ?? item.changed_at) : undefined)

interface Kind<P> {
  archivedAt?: (item: Item<P>) => string | undefined
  /** Always answered whole: the server knows no pages of it. */
  short?: boolean
}

const pageSize = 100 // the most that the server gives at once
const mostPages = 20 // of a list to choose from

/** Everything that a list holds, page after page. */
export async function allPages<T>(ask: (page: { limit: number; cursor?: string }) => Promise<ListPage<T>>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let n = 0; n < mostPages; n++) {
    // Each page begins where the one before it ended.
    // oxlint-disable-next-line no-await-in-loop
    const page = await ask({ limit: pageSize, cursor })
    items.push(...page.items)
    cursor = page.next
    if (!cursor) break
  }
  return items
}

const one = (id: string) => ({ params: { path: { id } } })

/** One kind of thing at its address: list, get, create, change, archive, restore. */
export function collection<P extends Address>(path: P, { archivedAt = usual as (item: Item<P>) => string | undefined, short = false }: Kind<P> = {}) {
  const known = (item: Item<P>): Item<P> => ({ ...item, archived_at: archivedAt(item) })
  const list = async (query: object): Promise<ListPage<Item<P>>> => {
    const page = await ok(client.GET<ListPage<Item<P>>>(path, { params: { query } }))
    return { ...page, items: page.items.map(known) }
  }
  return {
    list,
    /** Every one of them, for lists to choose from. */
    all: async (): Promise<Item<P>[]> => (short ? (await list({})).items : allPages(list)),
    get: async (id: string) => known(await ok(client.GET<Item<P>>(`${path}/{id}`, one(id)))),
    create: (body: Sent<P, 'post'>): Promise<unknown> => ok(client.POST(path, { body })),
    update: (id: string, body: Sent<`${P}/{id}`, 'patch'>): Promise<unknown> => ok(client.PATCH(`${path}/{id}`, { ...one(id), body })),
    archive: (id: string): Promise<unknown> => ok(client.POST(`${path}/{id}/archive`, one(id))),
    restore: (id: string): Promise<unknown> => ok(client.POST(`${path}/{id}/restore`, one(id))),
  }
}

/** The fields of `now` that differ from `before`: what a PATCH sends. */
export function changed<T extends object>(now: T, before: T): Partial<T> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof T]))) as Partial<T>
}
