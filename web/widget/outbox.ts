/**
 * Acts of the visitor that the server has not confirmed. Each lies under its own
 * name in the store, so tabs cannot overwrite each other; each has a client id
 * under which the server does it once, so any tab may send it again. They go out
 * one by one in the order in which they were made: a message is never overtaken.
 */
import type { Attachment, ClientData, Fault, OfflineMessage } from './protocol'
import { outboxMax } from './protocol'
import type { Store } from './store'

/** What the acts say, by type; a message for later goes over HTTP. */
interface Acts extends Pick<ClientData, 'prechat' | 'say' | 'end' | 'survey' | 'address'> {
  offline: OfflineMessage
}

export type Durable = keyof Acts

export interface Pending<T extends Durable = Durable> {
  cid: string
  at: number
  type: T
  /** Without a conversation: the one that the prechat before it opens. */
  data: Omit<Acts[T], 'cid'>
  /** The files of a message, to show them while it waits. */
  files?: Attachment[]
  /** Says why the server will never take it; a person decides. */
  fault?: Fault
}

export interface Outbox {
  all(): Pending[]
  /** Returns undefined when too much waits already. */
  add<T extends Durable>(type: T, data: Pending<T>['data'], files?: Attachment[]): Pending<T> | undefined
  /** The oldest that has not failed. */
  next(): Pending | undefined
  /** Forgets what the server has confirmed or the visitor has discarded. */
  remove(cid: string): Pending | undefined
  fail(cid: string, fault: Fault): void
  retry(cid: string): void
}

const prefix = 'out.'

/** Returns the outbox kept in store. */
export function openOutbox(store: Store): Outbox {
  let last = 0
  const get = (cid: string) => store.get<Pending>(prefix + cid)
  const put = (p: Pending) => store.set(prefix + p.cid, p)
  const all = () =>
    store
      .names(prefix)
      .map((name) => store.get<Pending>(name))
      .filter((p) => p !== undefined)
      .toSorted((a, b) => a.at - b.at)
  return {
    all,
    add(type, data, files) {
      if (store.names(prefix).length >= outboxMax) return undefined
      last = Math.max(Date.now(), last + 1)
      const p = { cid: newCID(), at: last, type, data, files }
      put(p)
      return p
    },
    next: () => all().find((p) => !p.fault),
    remove(cid) {
      const p = get(cid)
      store.set(prefix + cid, undefined)
      return p
    },
    fail(cid, fault) {
      const p = get(cid)
      if (p) put({ ...p, fault })
    },
    retry(cid) {
      const p = get(cid)
      if (p) put({ ...p, fault: undefined })
    },
  }
}

/** Returns a random name for one act, 22 characters of base64url. */
export function newCID(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (c) => ({ '+': '-', '/': '_' })[c] ?? '')
}
