import type { QueryClient } from '@tanstack/react-query'
import { type ListState, type Looker, loseRow, removeRow, takeRow } from '../worklist/list'
import { type Entries, lastSeq, moveDelivery, readUpTo, takeEntry } from './entries'
import type { DeliveryState, Detail, Entry, ListQuery, Row, Viewer } from './types'

/** Names of what the desk keeps in the cache. */
export const keys = {
  lists: ['conversations', 'list'] as const,
  list: (query: ListQuery) => ['conversations', 'list', query] as const,
  counts: ['conversations', 'counts'] as const,
  one: (id: string) => ['conversation', id] as const,
  detail: (id: string) => ['conversation', id, 'detail'] as const,
  entries: (id: string) => ['conversation', id, 'entries'] as const,
  typing: (id: string) => ['typing', id] as const,
  viewers: (id: string) => ['viewers', id] as const,
}

/** Who types in a conversation now. */
export interface Typing {
  /** "customer", or the id of a colleague. */
  who: string
  name: string
}

const recountAfter = 3000 // milliseconds
const typingLasts = 6000 // milliseconds after its last sign

/** Writes what live frames say into the cache. */
export class DeskCache {
  readonly #cache: QueryClient
  readonly #looker: () => Looker
  #counting: ReturnType<typeof setTimeout> | undefined
  /** Conversations that the person has just taken, until their rows are here. */
  readonly #taken = new Set<string>()
  readonly #typing = new Map<string, ReturnType<typeof setTimeout>>()

  constructor(cache: QueryClient, looker: () => Looker) {
    this.#cache = cache
    this.#looker = looker
  }

  row(row: Row) {
    const known = findRow(this.#cache, row.id)
    if (!known || known.state !== row.state || known.agent?.id !== row.agent?.id || known.queue?.id !== row.queue?.id) this.#recount()
    const own = this.#taken.delete(row.id)
    if (own) this.#recountNow()
    this.#lists((list, query) => takeRow(list, row, query, this.#looker(), own))
    this.#cache.setQueryData<Detail>(keys.detail(row.id), (now) => now && { ...now, ...row })
    const now = this.#cache.getQueryData<Detail>(keys.detail(row.id))
    // Nothing of the row is news: the post above has changed, or the way into private.
    if (now?.post && known?.last_seq === row.last_seq) void this.#cache.invalidateQueries({ queryKey: keys.detail(row.id) })
    // A new interaction, or one that moved on: what stands around the row is known to the server only.
    if (now && !now.interactions?.some((i) => i.id === row.interaction_id && i.state === row.state)) void this.#cache.invalidateQueries({ queryKey: keys.detail(row.id) })
  }

  gone(id: string) {
    if (findRow(this.#cache, id)) this.#recount()
    this.#lists((list) => loseRow(list, id))
    void this.#cache.invalidateQueries({ queryKey: keys.detail(id) })
  }

  /** The person has taken a conversation themselves: nothing is news of it, on the lists and in the counts. */
  take(id: string) {
    const known = findRow(this.#cache, id)
    if (known && this.#isMine(known)) this.#lists((list, query) => takeRow(list, known, query, this.#looker(), true))
    else this.#taken.add(id)
    this.#recountNow()
  }

  /** The person's own act has ended a row's stay on the lists that show it. */
  remove(id: string) {
    this.#taken.delete(id)
    this.#lists((list) => removeRow(list, id))
    this.#recountNow()
  }

  /** What took a row off the lists was taken back: it is where it was. */
  putBack(row: Row) {
    this.#lists((list, query) => takeRow(list, row, query, this.#looker(), true))
    this.#recountNow()
  }

  /** Changes parts of a row wherever it is shown. */
  patch(id: string, part: Partial<Row>) {
    if ('agent' in part) {
      if (this.#isMine(part)) this.#taken.add(id)
      else this.#taken.delete(id)
    }
    this.#lists((list) => ({ ...list, rows: list.rows.map((r) => (r.id === id ? { ...r, ...part } : r)), arrivals: list.arrivals.map((r) => (r.id === id ? { ...r, ...part } : r)) }))
    this.#cache.setQueryData<Detail>(keys.detail(id), (now) => now && { ...now, ...part })
  }

  entry(conversation: string, entry: Entry) {
    const known = this.#cache.getQueryData<Entries>(keys.entries(conversation))
    if (known) {
      const next = takeEntry(known, entry)
      if (next) this.#cache.setQueryData(keys.entries(conversation), next)
      else void this.#cache.invalidateQueries({ queryKey: keys.entries(conversation) })
    }
    if (entry.kind === 'private_reply') this.#goesOn(conversation, entry.delivery?.state)
    if (entry.kind === 'message') this.stopTyping(conversation, entry.author === 'customer' ? 'customer' : (entry.user?.id ?? ''))
  }

  delivery(conversation: string, entry: string, moved: { state: DeliveryState; reason?: string; at?: string }) {
    this.#entries(conversation, (known) => moveDelivery(known, entry, moved))
    if (this.#cache.getQueryData<Entries>(keys.entries(conversation))?.some((e) => e.id === entry && e.kind === 'private_reply')) this.#goesOn(conversation, moved.state)
  }

  /** An answer in private has gone out: where it goes on is known to the server only. */
  #goesOn(conversation: string, state: DeliveryState | undefined) {
    if (state === 'sent') void this.#cache.invalidateQueries({ queryKey: keys.detail(conversation) })
  }

  read(conversation: string, by: string, user: string | undefined, seq: number) {
    if (by === 'customer') this.#entries(conversation, (known) => readUpTo(known, seq))
    else if (user === this.#looker().me) this.#readByMe(conversation, seq)
  }

  /**
   * From now on its entries are told, those behind the given one. What is here, or on its way, was asked for before
   * and may lack some of those up to it.
   */
  viewing(conversation: string, seq: number) {
    const queryKey = keys.entries(conversation)
    const askAgain = () => {
      if (lastSeq(this.#cache.getQueryData<Entries>(queryKey) ?? []) < seq) void this.#cache.invalidateQueries({ queryKey })
    }
    const asked = this.#cache.getQueryCache().find({ queryKey })
    if (asked?.state.fetchStatus === 'fetching') asked.promise?.then(askAgain, () => undefined) // a failure shows itself
    else askAgain()
  }

  viewers(conversation: string, viewers: Viewer[]) {
    this.#cache.setQueryData<Viewer[]>(keys.viewers(conversation), viewers)
  }

  typing(conversation: string, typing: Typing, on: boolean) {
    if (typing.who === this.#looker().me) return
    if (!on) {
      this.stopTyping(conversation, typing.who)
      return
    }
    const timer = `${conversation}/${typing.who}`
    clearTimeout(this.#typing.get(timer))
    this.#typing.set(
      timer,
      setTimeout(() => this.stopTyping(conversation, typing.who), typingLasts),
    )
    this.#cache.setQueryData<Typing[]>(keys.typing(conversation), (now = []) => [...now.filter((t) => t.who !== typing.who), typing])
  }

  stopTyping(conversation: string, who: string) {
    const timer = `${conversation}/${who}`
    clearTimeout(this.#typing.get(timer))
    this.#typing.delete(timer)
    const now = this.#cache.getQueryData<Typing[]>(keys.typing(conversation))
    if (now?.some((t) => t.who === who)) this.#cache.setQueryData<Typing[]>(keys.typing(conversation), now.filter((t) => t.who !== who))
  }

  #isMine({ agent, state }: Partial<Row>): boolean {
    return agent?.id === this.#looker().me && state === 'active'
  }

  /** Work has moved: how much there is in each view is asked again, not more often than people read it. */
  #recount() {
    if (this.#counting !== undefined) return
    this.#counting = setTimeout(() => this.#recountNow(), recountAfter)
  }

  #recountNow() {
    clearTimeout(this.#counting)
    this.#counting = undefined
    void this.#cache.invalidateQueries({ queryKey: keys.counts })
  }

  /** Another tab or device has read: the count falls to what is behind the mark. */
  #readByMe(conversation: string, seq: number) {
    const row = findRow(this.#cache, conversation)
    if (row && row.unread > 0) this.patch(conversation, { unread: Math.max(0, Math.min(row.unread, row.last_seq - seq)) })
  }

  #entries(conversation: string, change: (known: Entries) => Entries) {
    this.#cache.setQueryData<Entries>(keys.entries(conversation), (known) => known && change(known))
  }

  #lists(change: (list: ListState, query: ListQuery) => ListState) {
    for (const [key, list] of this.#cache.getQueriesData<ListState>({ queryKey: keys.lists })) {
      if (!list) continue
      const next = change(list, key[2] as ListQuery)
      if (next !== list) this.#cache.setQueryData(key, next)
    }
  }
}

/** A row as any list or the open conversation has it. */
export function findRow(cache: QueryClient, id: string): Row | undefined {
  const open = cache.getQueryData<Detail>(keys.detail(id))
  if (open) return open
  for (const [, list] of cache.getQueriesData<ListState>({ queryKey: keys.lists })) {
    const found = list?.rows.find((r) => r.id === id) ?? list?.arrivals.find((r) => r.id === id)
    if (found) return found
  }
  return undefined
}
