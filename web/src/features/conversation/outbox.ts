import type { QueryClient } from '@tanstack/react-query'
import { Problem, api as desk, ok, uniqueId } from '@/lib/api'
import { backoff } from '@/lib/live/backoff'
import { keys } from './caches'
import { type Entries, mergeEntries } from './entries'
import { forget, keep, kept, keptUnder } from './kept'
import type { Attachment, Entry, Mode, Ref } from './types'

/**
 * What the person has sent and the server has not confirmed. `sending` is under
 * way or next; `waiting` goes by itself when its time has come or the connection
 * is back; `stale` asks whether to send it although the customer has written or a
 * colleague has answered since; `failed` stays until somebody decides.
 */
export interface Outgoing {
  client_id: string
  mode: Mode
  text: string
  attachments: readonly Attachment[]
  mentions: readonly Ref[]
  based_on_seq: number
  at: string
  state: 'sending' | 'waiting' | 'stale' | 'failed'
  force?: boolean
  /** How many messages others have written since. */
  newer?: number
  /** Who of us has answered since; empty for an integration. */
  answeredBy?: string
  error?: unknown
}

export type NewMessage = Pick<Outgoing, 'mode' | 'text' | 'attachments' | 'mentions' | 'based_on_seq'>

/** Unconfirmed messages of one conversation; a further one is refused, not dropped. */
export const mostKept = 20

const prefixOf = (user: string) => `zongler.outbox.${user}.`
const none: readonly Outgoing[] = []

/** One conversation's way out: its messages leave one after the other. */
interface Line {
  running: boolean
  attempt: number
  timer?: ReturnType<typeof setTimeout>
}

/** Sends in order, keeps what is not confirmed over a reload, and never sends twice: the client id names a message. */
export class Outbox {
  readonly #cache: QueryClient
  readonly #prefix: string
  readonly #items = new Map<string, readonly Outgoing[]>()
  readonly #lines = new Map<string, Line>()
  readonly #tried = new Map<string, (stored: boolean) => void>()
  readonly #watchers = new Set<() => void>()

  constructor(cache: QueryClient, user: string) {
    this.#cache = cache
    this.#prefix = prefixOf(user)
    for (const conversation of keptUnder(this.#prefix)) this.#restore(conversation)
  }

  watch = (watcher: () => void) => {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  items = (conversation: string): readonly Outgoing[] => this.#items.get(conversation) ?? none

  /** How many messages of all conversations the server has not got. */
  unsent = (): number => [...this.#items.values()].reduce((sum, items) => sum + items.length, 0)

  full = (conversation: string) => this.items(conversation).length >= mostKept

  /** Sends a message; answers, after the first attempt, whether it is stored. */
  send(conversation: string, message: NewMessage): Promise<boolean> {
    if (this.full(conversation)) return Promise.resolve(false)
    const item: Outgoing = { ...message, client_id: uniqueId(), at: new Date().toISOString(), state: 'sending' }
    this.#set(conversation, [...this.items(conversation), item])
    return this.#attempt(conversation, item)
  }

  retry(conversation: string, clientId: string, force = false): Promise<boolean> {
    const item = this.items(conversation).find((i) => i.client_id === clientId)
    if (!item) return Promise.resolve(false)
    const again: Outgoing = { ...item, force: force || item.force, state: 'sending', error: undefined }
    this.#replace(conversation, again)
    return this.#attempt(conversation, again)
  }

  /** Sends what the last visit left under way or waiting, and what waits for the connection: it is back. */
  retryWaiting() {
    for (const conversation of this.#items.keys()) {
      this.#line(conversation).attempt = 0
      this.#wake(conversation)
    }
  }

  drop(conversation: string, clientId: string) {
    this.#set(conversation, this.items(conversation).filter((i) => i.client_id !== clientId))
    this.#tell(clientId, false)
  }

  /** Entries have come by another way than the answer: by a frame, or read again. */
  confirm(conversation: string, entries: readonly Pick<Entry, 'client_id'>[]) {
    const waiting = this.items(conversation)
    if (waiting === none) return
    const stored = new Set(entries.map((e) => e.client_id))
    const left = waiting.filter((i) => !stored.has(i.client_id))
    if (left.length === waiting.length) return
    this.#set(conversation, left)
    for (const item of waiting) if (stored.has(item.client_id)) this.#tell(item.client_id, true)
  }

  #attempt(conversation: string, item: Outgoing): Promise<boolean> {
    const tried = new Promise<boolean>((done) => this.#tried.set(item.client_id, done))
    // What waits goes with it, in their order.
    this.#wake(conversation)
    return tried
  }

  #wake(conversation: string) {
    clearTimeout(this.#line(conversation).timer)
    const waiting = this.items(conversation)
    if (waiting.some((i) => i.state === 'waiting')) this.#set(conversation, waiting.map((i) => (i.state === 'waiting' ? { ...i, state: 'sending', error: undefined } : i)))
    void this.#run(conversation)
  }

  /** One message after the other: a later one never overtakes one that waits. */
  async #run(conversation: string) {
    const line = this.#line(conversation)
    if (line.running) return
    line.running = true
    const next = () => this.items(conversation).find((i) => i.state === 'sending' || i.state === 'waiting')
    for (let item = next(); item?.state === 'sending'; item = next()) {
      // oxlint-disable-next-line no-await-in-loop
      await this.#deliver(conversation, item)
    }
    line.running = false
    if (next()) this.#wait(conversation, line)
    else line.attempt = 0
  }

  /** What could not be sent now is tried again by itself, later each time or when the server says. */
  #wait(conversation: string, line: Line) {
    const items = this.items(conversation)
    const first = items.find((i) => i.state === 'waiting')
    const asked = first?.error instanceof Problem ? first.error.retryAfter : undefined
    this.#set(conversation, items.map((i) => (i.state === 'sending' ? { ...i, state: 'waiting' } : i)))
    for (const item of items) if (item.state === 'sending') this.#tell(item.client_id, false)
    clearTimeout(line.timer)
    line.timer = setTimeout(() => this.#wake(conversation), asked ?? backoff(line.attempt++))
  }

  async #deliver(conversation: string, item: Outgoing) {
    try {
      const entry = await post(conversation, item)
      this.#cache.setQueryData<Entries>(keys.entries(conversation), (known) => known && mergeEntries(known, [entry]))
      this.#tell(item.client_id, true)
      this.drop(conversation, item.client_id)
    } catch (error) {
      this.#replace(conversation, { ...item, ...outcomeOf(error), error })
      this.#tell(item.client_id, false)
      // What others have written since is to be seen before deciding.
      if (isStale(error)) void this.#cache.invalidateQueries({ queryKey: keys.entries(conversation) })
    }
  }

  #tell(clientId: string, stored: boolean) {
    this.#tried.get(clientId)?.(stored)
    this.#tried.delete(clientId)
  }

  #line(conversation: string): Line {
    let line = this.#lines.get(conversation)
    if (!line) this.#lines.set(conversation, (line = { running: false, attempt: 0 }))
    return line
  }

  #replace(conversation: string, item: Outgoing) {
    const items = this.items(conversation)
    const at = items.findIndex((i) => i.client_id === item.client_id)
    if (at >= 0) this.#set(conversation, items.with(at, item))
  }

  #set(conversation: string, items: readonly Outgoing[]) {
    const key = this.#prefix + conversation
    if (items.length === 0) {
      this.#items.delete(conversation)
      forget(key)
    } else {
      this.#items.set(conversation, items)
      keep(key, items.map(({ error: _error, ...item }) => item))
    }
    for (const watcher of this.#watchers) watcher()
  }

  /** What was under way when the page was left may have arrived: sending it again under its name is safe. */
  #restore(conversation: string) {
    const items = kept<readonly Outgoing[]>(this.#prefix + conversation)
    if (Array.isArray(items) && items.length > 0) this.#items.set(conversation, items)
  }
}

const isStale = (error: unknown): error is Problem => error instanceof Problem && (error.code === 'reply.stale' || error.code === 'reply.answered')

function outcomeOf(error: unknown): Pick<Outgoing, 'state' | 'newer' | 'answeredBy'> {
  if (isStale(error)) {
    const answeredBy = error.code === 'reply.answered' ? String(error.values.agent ?? '') : undefined
    return { state: 'stale', newer: Number(error.values.count ?? 1), answeredBy }
  }
  if (error instanceof Problem && error.temporary) return { state: 'waiting' }
  return { state: 'failed' }
}

function post(id: string, item: Outgoing): Promise<Entry> {
  const { text, client_id } = item
  const params = { path: { id } }
  if (item.mode === 'note') return ok(desk.POST('/api/v1/conversations/{id}/notes', { params, body: { text, mentions: item.mentions.map((m) => m.id), client_id } }))
  const attachment_ids = item.attachments.map((a) => a.id)
  return ok(desk.POST('/api/v1/conversations/{id}/replies', { params, body: { text, attachment_ids, client_id, based_on_seq: item.based_on_seq, force: item.force } }))
}
