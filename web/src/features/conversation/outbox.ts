import type { QueryClient } from '@tanstack/react-query'
import { Problem, api, ok, uniqueId } from '@/lib/api'
import { backoff } from '@/lib/live/backoff'
import { type Tabs, onlyTab } from '@/lib/tabs'
import { keys } from './caches'
import { type Entries, mergeEntries } from './entries'
import { forget, keep, kept, keptUnder } from './kept'
import type { Forwarded } from '../mail/mail'
import type { Attachment, Entry, Mode, Ref, TemplateUse } from './types'

/** What a mail says beside its text; `draft` is what it was written as. */
export interface OutgoingMail {
  html: string
  to?: readonly string[]
  cc?: readonly string[]
  bcc?: readonly string[]
  subject?: string
  from_id?: string
  forward?: Forwarded
  send_at?: string
  draft: string
}

/**
 * What the person has sent and the server has not confirmed. `sending` is under
 * way or next; `waiting` goes by itself when its time has come or the connection
 * is back; `stale` asks whether to send it although the customer has written or a
 * colleague has answered since; `failed` stays until somebody decides.
 */
export interface Outgoing {
  /** Of a mail: what it says beside its text, and when it is to be sent. */
  mail?: OutgoingMail
  client_id: string
  /** Where everybody reads: which entry it answers, and whether its author alone reads it. */
  answers_id?: string
  privately?: boolean
  mode: Mode
  /** In place of what is written; the text is what it reads then. */
  template?: TemplateUse
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

export type NewMessage = Pick<Outgoing, 'mode' | 'text' | 'attachments' | 'mentions' | 'based_on_seq' | 'mail' | 'answers_id' | 'privately' | 'template'>

/** What a tab tells the others of one message: how it stands, or that it is gone and whether because it is stored. */
export type OutboxNews = { conversation: string; client_id: string } & ({ item: Outgoing } | { stored: boolean })

/** Unconfirmed messages of one conversation; a further one is refused, not dropped. */
export const mostKept = 20

const prefixOf = (user: string) => `zongler.outbox.${user}.`
const none: readonly Outgoing[] = []

/** One conversation's way out: its messages leave one after the other. */
interface Line {
  running: boolean
  attempt: number
  timer?: ReturnType<typeof setTimeout>
  /** Ends the pause of a line that has the way out and waits to try again. */
  goOn?: () => void
}

/**
 * Sends in order, keeps what is not confirmed over a reload, and never sends twice: the client id names a message.
 * The tabs of a person have one outbox: each keeps its messages under names of their own, all show all of them, and
 * one tab at a time sends those of a conversation.
 */
export class Outbox {
  readonly #cache: QueryClient
  readonly #prefix: string
  readonly #tabs: Tabs<OutboxNews>
  readonly #items = new Map<string, readonly Outgoing[]>()
  readonly #lines = new Map<string, Line>()
  readonly #tried = new Map<string, (stored: boolean) => void>()
  /** What found no place on this device. */
  readonly #unkept = new Set<string>()
  readonly #watchers = new Set<() => void>()

  constructor(cache: QueryClient, user: string, tabs: Tabs<OutboxNews> = onlyTab) {
    this.#cache = cache
    this.#prefix = prefixOf(user)
    this.#tabs = tabs
    this.#restore()
    tabs.hear(this.#hear)
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
    return this.#attempt(conversation, { ...message, client_id: uniqueId(), at: new Date().toISOString(), state: 'sending' })
  }

  retry(conversation: string, clientId: string, force = false): Promise<boolean> {
    const item = this.items(conversation).find((i) => i.client_id === clientId)
    if (!item) return Promise.resolve(false)
    return this.#attempt(conversation, { ...item, force: force || item.force, state: 'sending', error: undefined })
  }

  /** Sends what the last visit left under way or waiting, and what waits for the connection: it is back. */
  retryWaiting() {
    for (const conversation of this.#items.keys()) {
      this.#line(conversation).attempt = 0
      this.#wake(conversation)
    }
  }

  drop(conversation: string, clientId: string) {
    this.#remove(conversation, clientId, false)
  }

  /** Entries have come by another way than the answer: by a frame, or read again. */
  confirm(conversation: string, entries: readonly Pick<Entry, 'client_id'>[]) {
    const waiting = this.items(conversation)
    if (waiting === none) return
    const stored = new Set(entries.map((e) => e.client_id))
    for (const { client_id } of waiting) if (stored.has(client_id)) this.#remove(conversation, client_id, true)
  }

  #attempt(conversation: string, item: Outgoing): Promise<boolean> {
    const tried = new Promise<boolean>((done) => this.#tried.set(item.client_id, done))
    this.#put(conversation, item)
    // What waits goes with it, in their order.
    this.#wake(conversation)
    return tried
  }

  #wake(conversation: string) {
    const line = this.#line(conversation)
    clearTimeout(line.timer)
    for (const item of this.items(conversation)) if (item.state === 'waiting') this.#put(conversation, { ...item, state: 'sending', error: undefined })
    if (line.goOn) line.goOn()
    else void this.#run(conversation, line)
  }

  /** Has the way out as long as anything is to be sent: what another tab adds meanwhile leaves by this one, in its order. */
  async #run(conversation: string, line: Line) {
    if (line.running) return
    line.running = true
    await this.#tabs.alone(conversation, async () => {
      this.#forgetGone(conversation)
      while (this.#next(conversation)) {
        // oxlint-disable-next-line no-await-in-loop
        await this.#sendAll(conversation)
        // oxlint-disable-next-line no-await-in-loop
        if (this.#next(conversation)) await this.#pause(conversation, line)
      }
    })
    line.running = false
    line.attempt = 0
    if (this.#next(conversation)) void this.#run(conversation, line)
  }

  /** The tab that had the way out may have sent, or somebody taken back, what this one has not been told of yet. */
  #forgetGone(conversation: string) {
    for (const { client_id } of this.items(conversation)) {
      if (this.#unkept.has(client_id) || kept(this.#keyOf(conversation, client_id)) !== undefined) continue
      this.#hide(conversation, client_id)
      this.#tell(client_id, false)
    }
  }

  #next = (conversation: string) => this.items(conversation).find((i) => i.state === 'sending' || i.state === 'waiting')

  /** One message after the other: a later one never overtakes one that waits. */
  async #sendAll(conversation: string) {
    for (let item = this.#next(conversation); item?.state === 'sending'; item = this.#next(conversation)) {
      // oxlint-disable-next-line no-await-in-loop
      await this.#deliver(conversation, item)
    }
  }

  /** What could not be sent now is tried again by itself, later each time or when the server says. */
  #pause(conversation: string, line: Line): Promise<void> {
    const items = this.items(conversation)
    const first = items.find((i) => i.state === 'waiting')
    const asked = first?.error instanceof Problem ? first.error.retryAfter : undefined
    for (const item of items) {
      if (item.state !== 'sending') continue
      this.#put(conversation, { ...item, state: 'waiting' })
      this.#tell(item.client_id, false)
    }
    return new Promise((done) => {
      line.goOn = () => {
        line.goOn = undefined
        done()
      }
      line.timer = setTimeout(() => this.#wake(conversation), asked ?? backoff(line.attempt++))
    })
  }

  async #deliver(conversation: string, item: Outgoing) {
    try {
      const entry = await post(conversation, item)
      this.#cache.setQueryData<Entries>(keys.entries(conversation), (known) => known && mergeEntries(known, [entry]))
      this.#remove(conversation, item.client_id, true)
    } catch (error) {
      if (this.items(conversation).some((i) => i.client_id === item.client_id)) this.#put(conversation, { ...item, ...outcomeOf(error), error })
      this.#tell(item.client_id, false)
      // What others have written since is to be seen before deciding.
      if (isStale(error)) void this.#cache.invalidateQueries({ queryKey: keys.entries(conversation) })
    }
  }

  /** Answers who waits for the first attempt. */
  #tell(clientId: string, stored: boolean) {
    this.#tried.get(clientId)?.(stored)
    this.#tried.delete(clientId)
  }

  #line(conversation: string): Line {
    let line = this.#lines.get(conversation)
    if (!line) this.#lines.set(conversation, (line = { running: false, attempt: 0 }))
    return line
  }

  #keyOf = (conversation: string, clientId: string) => `${this.#prefix}${conversation}.${clientId}`

  #put(conversation: string, item: Outgoing) {
    this.#show(conversation, item)
    const plain = { ...item, error: item.error instanceof Problem ? { ...item.error } : undefined }
    if (!keep(this.#keyOf(conversation, item.client_id), plain)) this.#unkept.add(item.client_id)
    this.#tabs.tell({ conversation, client_id: item.client_id, item: plain })
  }

  #remove(conversation: string, clientId: string, stored: boolean) {
    if (this.#hide(conversation, clientId)) {
      forget(this.#keyOf(conversation, clientId))
      this.#tabs.tell({ conversation, client_id: clientId, stored })
    }
    this.#tell(clientId, stored)
  }

  #hear = (news: OutboxNews) => {
    const { conversation, client_id } = news
    if ('stored' in news) {
      this.#hide(conversation, client_id)
      this.#tell(client_id, news.stored)
      return
    }
    this.#show(conversation, revived(news.item))
    if (kept(this.#keyOf(conversation, client_id)) === undefined) this.#unkept.add(client_id)
    if (news.item.state === 'sending') this.#wakeIfOurs(conversation)
    else this.#tell(client_id, false)
  }

  /** What another tab wants sent leaves by the tab that has the way out; where that has closed, by this one. */
  #wakeIfOurs(conversation: string) {
    const line = this.#line(conversation)
    if (line.goOn) this.#wake(conversation)
    else void this.#run(conversation, line)
  }

  #show(conversation: string, item: Outgoing) {
    const items = this.items(conversation)
    const at = items.findIndex((i) => i.client_id === item.client_id)
    this.#set(conversation, at >= 0 ? items.with(at, item) : [...items, item].toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))))
  }

  #hide(conversation: string, clientId: string): boolean {
    const items = this.items(conversation)
    const left = items.filter((i) => i.client_id !== clientId)
    if (left.length === items.length) return false
    this.#set(conversation, left)
    return true
  }

  #set(conversation: string, items: readonly Outgoing[]) {
    if (items.length === 0) this.#items.delete(conversation)
    else this.#items.set(conversation, items)
    for (const watcher of this.#watchers) watcher()
  }

  /** What was under way when the page was left may have arrived: sending it again under its name is safe. */
  #restore() {
    for (const end of keptUnder(this.#prefix)) {
      const conversation = end.slice(0, end.indexOf('.'))
      const item = kept<Outgoing>(this.#prefix + end)
      if (conversation && item?.client_id) this.#show(conversation, revived(item))
    }
  }
}

/** A problem that was kept, or told by another tab, is one again. */
const revived = (item: Outgoing): Outgoing => (item.error === undefined ? item : { ...item, error: new Problem(item.error as Partial<Problem>) })

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
  if (item.mode === 'note') return ok(api.POST('/api/v1/conversations/{id}/notes', { params, body: { text, mentions: item.mentions.map((m) => m.id), client_id } }))
  if (item.privately && item.answers_id) return ok(api.POST('/api/v1/conversations/{id}/entries/{entry}/private-reply', { params: { path: { id, entry: item.answers_id } }, body: { text, client_id } }))
  if (item.template) return ok(api.POST('/api/v1/conversations/{id}/replies', { params, body: { template: item.template, client_id, based_on_seq: item.based_on_seq, force: item.force } }))
  const attachment_ids = item.attachments.map((a) => a.id)
  return ok(api.POST('/api/v1/conversations/{id}/replies', { params, body: { text, ...letterOf(item.mail), answers_id: item.answers_id, attachment_ids, client_id, based_on_seq: item.based_on_seq, force: item.force } }))
}

const list = (names: readonly string[] | undefined) => (names?.length ? [...names] : undefined)

const forwarded = (forward: Forwarded | undefined) => forward && { conversation_id: forward.conversation_id, entry_id: forward.entry_id, attachment_ids: list(forward.attachment_ids) }

/** What of a mail the server is told. */
function letterOf(mail: OutgoingMail | undefined) {
  if (!mail) return {}
  return { html: mail.html || undefined, to: list(mail.to), cc: list(mail.cc), bcc: list(mail.bcc), subject: mail.subject, from_id: mail.from_id, forward: forwarded(mail.forward), send_at: mail.send_at }
}
