import type { Draft, Ref } from './types'

export const saveHereAfter = 400 // milliseconds without a key
export const saveThereAfter = 2000
const mostUnanswered = 20 // texts of saves without an answer

/** A draft as this device keeps it. */
export interface LocalDraft {
  text: string
  rev: number
  /** Whether the server has this text. */
  synced: boolean
  /** Colleagues that were picked while writing, for those whom the text still names. */
  mentions?: readonly Ref[]
}

/** Where drafts are kept. `push` answers "newer" if the server has a later revision. */
export interface DraftStores {
  load: () => LocalDraft | undefined
  save: (draft: LocalDraft) => void
  push: (text: string, rev: number, leaving: boolean) => Promise<'kept' | 'newer'>
  /** The server's draft; undefined if it has none. */
  pull: () => Promise<Draft | undefined>
}

export interface DraftState {
  text: string
  /** A later draft of another device, to be taken or left. */
  offered?: Draft
  saved: 'typing' | 'here' | 'there'
}

/**
 * Keeps what is typed: on this device after a moment, on the server after a
 * longer one. Saves follow one another, so that a late one cannot overtake. What
 * another device wrote later is offered, never forced upon typed text.
 */
export class DraftKeeper {
  readonly #stores: DraftStores
  readonly #watchers = new Set<() => void>()
  #state: DraftState
  #rev: number
  #dirty: boolean
  /** Texts whose save was not answered: the server may have them, and they are not another device's. */
  #unanswered: string[] = []
  #mentions: readonly Ref[]
  #here: ReturnType<typeof setTimeout> | undefined
  #there: ReturnType<typeof setTimeout> | undefined
  #pushing: Promise<void> | undefined

  constructor(stores: DraftStores) {
    this.#stores = stores
    const local = stores.load()
    this.#rev = local?.rev ?? 0
    this.#mentions = local?.mentions ?? []
    // An emptied draft that the server has not heard of is as good as typed text.
    this.#dirty = local ? !local.synced : false
    this.#state = { text: local?.text ?? '', saved: this.#dirty ? 'here' : 'there' }
  }

  state = () => this.#state

  watch = (watcher: () => void) => {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /** Asks what the server has, when the conversation is opened. */
  async open() {
    const server = await this.#stores.pull()
    if (server) this.#meet(server)
    if (this.#dirty && !this.#state.offered) this.#schedule()
  }

  type(text: string) {
    if (text === this.#state.text) return
    this.#dirty = true
    this.#become({ text, saved: 'typing' })
    this.#schedule()
  }

  /** Remembers a colleague who was picked while writing. */
  mention(who: Ref) {
    this.#mentions = [...this.#mentions.filter((m) => m.id !== who.id), who]
  }

  mentions = () => this.#mentions

  /** Takes the offered draft in place of the typed text. */
  takeOffered() {
    const { offered } = this.#state
    if (!offered) return
    this.#adopt(offered)
  }

  /** Leaves the offered draft: the typed text wins, on all devices. */
  leaveOffered() {
    this.#become({ offered: undefined })
    this.#schedule()
  }

  /**
   * The text was sent: nothing is left to keep. The server empties its own only
   * when it stores the message, which may be much later, so it is told.
   */
  sent() {
    this.#stop()
    this.#dirty = true
    this.#mentions = []
    // A save that is under way comes before this.
    this.#rev += this.#pushing ? 2 : 1
    this.#become({ text: '', offered: undefined, saved: 'there' })
    this.#save(false)
    void this.#saveThere(false)
  }

  /** Saves at once, when the conversation or the page is left. */
  leave() {
    const open = this.#here !== undefined || this.#there !== undefined
    this.#stop()
    if (!open || !this.#dirty) return
    this.#saveHere()
    if (!this.#state.offered) void this.#saveThere(true)
  }

  #schedule() {
    this.#stop()
    this.#here = setTimeout(() => this.#saveHere(), saveHereAfter)
    if (!this.#state.offered) this.#there = setTimeout(() => void this.#saveThere(false), saveThereAfter)
  }

  #stop() {
    clearTimeout(this.#here)
    clearTimeout(this.#there)
    this.#here = this.#there = undefined
  }

  #saveHere() {
    this.#here = undefined
    this.#save(false)
    if (this.#state.saved === 'typing') this.#become({ saved: 'here' })
  }

  async #saveThere(leaving: boolean): Promise<void> {
    this.#there = undefined
    // oxlint-disable-next-line no-await-in-loop
    while (this.#pushing) await this.#pushing
    if (!this.#dirty) return
    this.#pushing = this.#push(this.#state.text, this.#rev + 1, leaving)
    await this.#pushing
  }

  async #push(text: string, rev: number, leaving: boolean) {
    this.#unanswered = [...this.#unanswered, text].slice(-mostUnanswered)
    try {
      if ((await this.#stores.push(text, rev, leaving)) === 'newer') {
        const server = await this.#stores.pull()
        if (server) this.#meet(server)
        if (this.#dirty && !this.#state.offered) this.#schedule()
        return
      }
      this.#unanswered = []
      this.#rev = Math.max(this.#rev, rev)
      if (this.#state.text !== text) return
      this.#dirty = false
      this.#save(true)
      this.#become({ saved: 'there' })
    } catch {
      // Kept on this device; the next key or opening tries again.
    } finally {
      this.#pushing = undefined
    }
  }

  #meet(server: Draft) {
    if (server.rev < this.#rev) return
    const ours = this.#dirty && (server.text === '' || this.#unanswered.includes(server.text))
    if (server.text === this.#state.text) this.#adopt(server)
    else if (!this.#dirty) this.#adopt(server)
    else if (!ours && this.#state.text === '') this.#adopt(server)
    else if (!ours) this.#become({ offered: server })
    this.#rev = Math.max(this.#rev, server.rev)
  }

  #adopt(draft: Draft) {
    this.#stop()
    this.#rev = Math.max(this.#rev, draft.rev)
    this.#dirty = false
    this.#become({ text: draft.text, offered: undefined, saved: 'there' })
    this.#save(true)
  }

  #save(synced: boolean) {
    const mentions = this.#mentions.length > 0 ? { mentions: this.#mentions } : {}
    this.#stores.save({ text: this.#state.text, rev: this.#rev, synced, ...mentions })
  }

  #become(change: Partial<DraftState>) {
    this.#state = { ...this.#state, ...change }
    for (const watcher of this.#watchers) watcher()
  }
}
