import type { QueryClient } from '@tanstack/react-query'
import { Problem, api as desk, ok, uniqueId } from '@/lib/api'
import { type DeskCache, keys } from './caches'
import { type Entries, mergeEntries } from './entries'
import type { Attachment, Entry, Mode } from './types'

/**
 * What the person has sent and the server has not confirmed. `waiting` goes by
 * itself when the connection is back; `stale` asks whether to send it although
 * the customer has written since; `failed` stays until somebody decides.
 */
export interface Outgoing {
  client_id: string
  mode: Mode
  text: string
  attachments: readonly Attachment[]
  mentions: readonly string[]
  based_on_seq: number
  at: string
  state: 'sending' | 'waiting' | 'stale' | 'failed'
  force?: boolean
  /** How many messages the customer has written since. */
  newer?: number
  error?: unknown
}

export type NewMessage = Pick<Outgoing, 'mode' | 'text' | 'attachments' | 'mentions' | 'based_on_seq'>

const mostKept = 20 // unconfirmed messages of one conversation on this device
const storageKey = (user: string, conversation: string) => `zongler.outbox.${user}.${conversation}`
const none: readonly Outgoing[] = []

/** Sends, keeps what is not confirmed over a reload, and never sends twice: the client id names a message. */
export class Outbox {
  readonly #cache: QueryClient
  readonly #desk: DeskCache
  readonly #user: string
  readonly #items = new Map<string, readonly Outgoing[]>()
  readonly #watchers = new Set<() => void>()

  constructor(cache: QueryClient, deskCache: DeskCache, user: string) {
    this.#cache = cache
    this.#desk = deskCache
    this.#user = user
  }

  watch = (watcher: () => void) => {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  items(conversation: string): readonly Outgoing[] {
    let found = this.#items.get(conversation)
    if (!found) this.#items.set(conversation, (found = this.#restore(conversation)))
    return found
  }

  /** Sends a message; answers whether it is stored. */
  send(conversation: string, message: NewMessage): Promise<boolean> {
    const item: Outgoing = { ...message, client_id: uniqueId(), at: new Date().toISOString(), state: 'sending' }
    this.#set(conversation, [...this.items(conversation), item].slice(-mostKept))
    return this.#deliver(conversation, item)
  }

  retry(conversation: string, clientId: string, force = false): Promise<boolean> {
    const item = this.items(conversation).find((i) => i.client_id === clientId)
    if (!item) return Promise.resolve(false)
    return this.#deliver(conversation, { ...item, force: force || item.force })
  }

  /** Sends again, in order, what waits for the connection. */
  async retryWaiting() {
    for (const [conversation, items] of this.#items) {
      for (const item of items.filter((i) => i.state === 'waiting')) {
        // One after the other keeps their order.
        // oxlint-disable-next-line no-await-in-loop
        await this.#deliver(conversation, item)
      }
    }
  }

  drop(conversation: string, clientId: string) {
    this.#set(conversation, this.items(conversation).filter((i) => i.client_id !== clientId))
  }

  /** An entry has come by another way than the answer. */
  confirm(conversation: string, entry: Entry) {
    if (entry.client_id && this.items(conversation).some((i) => i.client_id === entry.client_id)) this.drop(conversation, entry.client_id)
  }

  async #deliver(conversation: string, item: Outgoing): Promise<boolean> {
    this.#replace(conversation, { ...item, state: 'sending', error: undefined })
    try {
      const entry = await post(conversation, item)
      this.#cache.setQueryData<Entries>(keys.entries(conversation), (known) => known && mergeEntries(known, [entry]))
      this.drop(conversation, item.client_id)
      this.#desk.patch(conversation, { draft: false })
      return true
    } catch (error) {
      this.#replace(conversation, { ...item, ...outcomeOf(error), error })
      // What the customer has written since is to be seen before deciding.
      if (error instanceof Problem && error.code === 'reply.stale') void this.#cache.invalidateQueries({ queryKey: keys.entries(conversation) })
      return false
    }
  }

  #replace(conversation: string, item: Outgoing) {
    const items = this.items(conversation)
    const at = items.findIndex((i) => i.client_id === item.client_id)
    if (at >= 0) this.#set(conversation, items.with(at, item))
  }

  #set(conversation: string, items: readonly Outgoing[]) {
    this.#items.set(conversation, items.length > 0 ? items : none)
    const key = storageKey(this.#user, conversation)
    if (items.length === 0) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(items.map(({ error: _error, ...item }) => item)))
    for (const watcher of this.#watchers) watcher()
  }

  /** What was under way when the page was left may have arrived: sending it again under its name is safe. */
  #restore(conversation: string): readonly Outgoing[] {
    try {
      const kept = JSON.parse(localStorage.getItem(storageKey(this.#user, conversation)) ?? '[]') as Outgoing[]
      return kept.length > 0 ? kept.map((item) => (item.state === 'sending' ? { ...item, state: 'failed' } : item)) : none
    } catch {
      return none
    }
  }
}

function outcomeOf(error: unknown): Pick<Outgoing, 'state' | 'newer'> {
  if (error instanceof Problem && error.code === 'reply.stale') return { state: 'stale', newer: Number(error.values.count ?? 1) }
  if (error instanceof Problem && error.temporary) return { state: 'waiting' }
  return { state: 'failed' }
}

function post(id: string, item: Outgoing): Promise<Entry> {
  const { text, client_id } = item
  const params = { path: { id } }
  if (item.mode === 'note') return ok(desk.POST('/api/v1/conversations/{id}/notes', { params, body: { text, mentions: [...item.mentions], client_id } }))
  const attachment_ids = item.attachments.map((a) => a.id)
  return ok(desk.POST('/api/v1/conversations/{id}/replies', { params, body: { text, attachment_ids, client_id, based_on_seq: item.based_on_seq, force: item.force } }))
}
