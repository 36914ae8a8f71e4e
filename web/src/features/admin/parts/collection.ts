import { api, ok } from '@/lib/api'
import type { ListPage } from '@/kit/resource/schema'
import type { Thing } from '../types'

type Answer<T> = Promise<{ data?: T; error?: unknown; response: Response }>
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

// The administration's operations are alike: one shape for all of them stands
// here instead of a hundred typed paths.
const client = api as unknown as Record<Method, <T>(path: string, init: object) => Answer<T>>

/** Asks the server. */
export const ask = <T>(path: string, query: object = {}): Promise<T> => ok(client.GET<T>(path, { params: { query } }))

/** Tells the server something. */
export const tell = <T = unknown>(method: Exclude<Method, 'GET'>, path: string, body?: object): Promise<T> => ok(client[method]<T>(path, body === undefined ? {} : { body }))

/** Sends a file as it is. */
export const put = <T>(path: string, file: Blob): Promise<T> => ok(client.PUT<T>(path, { body: file, bodySerializer: (body: Blob) => body, headers: { 'Content-Type': 'application/octet-stream' } }))

/** How the lists say that a thing is out of use. */
interface Living {
  archived_at?: string
  archived?: boolean
  updated_at?: string
  changed_at?: string
}

const usual = (item: Living) => item.archived_at ?? (item.archived ? (item.updated_at ?? item.changed_at) : undefined)

interface Kind<Item> {
  archivedAt?: (item: Item) => string | undefined
  /** Always answered whole: the server knows no pages of it. */
  short?: boolean
}

const pageSize = 100 // the most that the server gives at once
const mostPages = 20 // of a list to choose from

/** Everything that a list holds, page after page. */
export async function allPages<T>(path: string, query: object = {}): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let n = 0; n < mostPages; n++) {
    // Each page begins where the one before it ended.
    // oxlint-disable-next-line no-await-in-loop
    const page = await ask<ListPage<T>>(path, { ...query, limit: pageSize, cursor })
    items.push(...page.items)
    cursor = page.next
    if (!cursor) break
  }
  return items
}

/** One kind of thing at its address: list, get, create, change, archive, restore. */
export function collection<Item extends Thing>(path: string, { archivedAt = usual as (item: Item) => string | undefined, short = false }: Kind<Item> = {}) {
  const known = (item: Item): Item => ({ ...item, archived_at: archivedAt(item) })
  const list = async (query: object): Promise<ListPage<Item>> => {
    const page = await ask<ListPage<Item>>(path, query)
    return { ...page, items: page.items.map(known) }
  }
  const all = async (query: object = {}): Promise<Item[]> => (short ? (await list(query)).items : (await allPages<Item>(path, query)).map(known))
  return {
    path,
    list,
    /** Every one of them, for lists to choose from. */
    all,
    get: async (id: string) => known(await ask<Item>(`${path}/${id}`)),
    create: (body: object) => tell<Item>('POST', path, body),
    update: (id: string, body: object) => tell<Item>('PATCH', `${path}/${id}`, body),
    archive: (id: string) => tell('POST', `${path}/${id}/archive`),
    restore: (id: string) => tell('POST', `${path}/${id}/restore`),
  }
}

/** The fields of `now` that differ from `before`: what a PATCH sends. */
export function changed<T extends object>(now: T, before: T): Partial<T> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof T]))) as Partial<T>
}
