import { toastMillis } from '@/kit/toast'
import type { Row } from './types'

/** An act that is shown as done and reaches the server only when it can no longer be taken back. */
export interface HeldAct {
  /** How the conversation looks meanwhile. */
  expected: Partial<Row>
  /** Tells the server, and those who look if it refuses; answers whether it agreed. `leaving`: the page is on its way out. */
  commit: (leaving: boolean) => Promise<boolean>
  /** The customer has written meanwhile: the act is off, no longer to be taken back, and this says so. Without it the act goes on. */
  interrupted?: () => void
  /** No longer to be taken back. */
  settled?: () => void
}

interface Held extends HeldAct {
  timer: ReturnType<typeof setTimeout>
  committing?: Promise<boolean>
}

/** The acts of one desk that wait for their seven seconds, at most one for each conversation. */
export class HeldActs {
  readonly #acts = new Map<string, Held>()
  readonly #watchers = new Set<() => void>()

  watch = (watcher: () => void) => {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  expected = (conversation: string): Partial<Row> | undefined => this.#acts.get(conversation)?.expected

  /** Holds an act; one that is held already must have been flushed. */
  hold(conversation: string, act: HeldAct) {
    const timer = setTimeout(() => void this.flush(conversation), toastMillis)
    this.#set(conversation, { ...act, timer })
  }

  /** Takes an act back; answers whether it was still time. */
  cancel(conversation: string): boolean {
    const held = this.#acts.get(conversation)
    if (!held || held.committing) return false
    clearTimeout(held.timer)
    this.#set(conversation, undefined)
    return true
  }

  /** The customer has written: what was not told yet would cut them off. */
  interrupt(conversation: string) {
    const held = this.#acts.get(conversation)
    if (!held?.interrupted || !this.cancel(conversation)) return
    held.interrupted()
  }

  /** Tells the server now; answers whether all that was held is done. */
  flush(conversation: string, leaving = false): Promise<boolean> {
    const held = this.#acts.get(conversation)
    if (!held) return Promise.resolve(true)
    if (held.committing) return held.committing
    clearTimeout(held.timer)
    held.settled?.()
    held.committing = held.commit(leaving).finally(() => this.#set(conversation, undefined))
    return held.committing
  }

  /** Before the page goes away. */
  flushAll = (leaving: boolean) => Promise.all([...this.#acts.keys()].map((conversation) => this.flush(conversation, leaving)))

  #set(conversation: string, held: Held | undefined) {
    if (held) this.#acts.set(conversation, held)
    else this.#acts.delete(conversation)
    for (const watcher of this.#watchers) watcher()
  }
}
