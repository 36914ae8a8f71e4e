/** Who the visitor is to the server, and the requests that are made in their name. */
import type { Call } from './api'
import { Refused, call } from './api'
import type { Fault, Page, Summary, Visitor, VisitorAnswer } from './protocol'
import type { Store } from './store'

/** Where the visitor's words go, and where they are kept. */
export interface Server {
  base: string
  key: string
  store: Store
  /** The visitor's way over the site; the page on screen is last. */
  trail: Page[]
}

/** What a person's visit may bring to light. */
interface Hearing {
  /** The server knows this browser as somebody else than before. */
  replaced(): void
  /** The server does not believe who the site says it is. */
  disbelieved(fault: Fault): void
  /** An invitation opens nothing. */
  uninvited(fault: Fault): void
}

export class Person {
  who?: Visitor
  history: Summary[] = []
  /** Signed by the site; told once. */
  identity?: string
  /** Signed by the site too, to be told when the conversation is over that it would end. */
  later?: string
  /** Token of an agent's invitation; told once. */
  invitation?: string
  /** The server has taken an invitation. */
  arrived = false
  /** The visit that is on its way, and what it tells. */
  private asking?: { identity?: string; invitation?: string; answer: Promise<string> }
  /** Counts how often the person was forgotten. */
  private turn = 0

  constructor(
    private readonly server: Server,
    public language: string,
    private readonly hearing: Hearing,
  ) {}

  /** Returns the visitor's token, asking for one if there is none yet. */
  token(): Promise<string> {
    const known = this.server.store.get<string>('token')
    return known && !this.identity && !this.invitation ? Promise.resolve(known) : this.visit()
  }

  /** Introduces the visitor to the server and learns of earlier conversations. What is signed meanwhile is told after it. */
  visit(): Promise<string> {
    const { identity, invitation, asking } = this
    if (asking && asking.identity === identity && asking.invitation === invitation) return asking.answer
    const own = { identity, invitation, answer: this.introduce(identity, invitation, asking?.answer) }
    own.answer = own.answer.finally(() => this.asking === own && (this.asking = undefined))
    this.asking = own
    return own.answer
  }

  /** Asks the server in the visitor's name. */
  async request<T>(path: string, more: Call = {}): Promise<T> {
    try {
      return await call<T>(this.server.base + path, { ...more, token: await this.token() })
    } catch (e) {
      if (e instanceof Refused && e.status === 401) this.invalid()
      throw e
    }
  }

  /** The token is no longer taken. */
  invalid() {
    this.server.store.set('token', undefined)
  }

  /** Ends the token for everybody who has a copy; without a network it is only forgotten. */
  signOut() {
    const token = this.server.store.get<string>('token')
    if (token) call(`${this.server.base}/w/visitors`, { method: 'DELETE', token }).catch(() => {})
    this.forget()
  }

  /** Nobody is here any more; an answer that is still on its way is nobody's. */
  forget() {
    this.turn++
    this.who = this.identity = this.later = this.invitation = this.asking = undefined
    this.history = []
  }

  /** Takes over what the server says about this browser. */
  met({ token, visitor, conversations }: VisitorAnswer): string {
    const { store } = this.server
    const before = store.get<string>('visitor')
    if (before && before !== visitor.id) this.hearing.replaced()
    store.set('token', token)
    store.set('visitor', visitor.id)
    this.who = visitor
    this.history = conversations
    return token
  }

  private async introduce(identity: string | undefined, invitation: string | undefined, before: Promise<string> | undefined): Promise<string> {
    const { turn } = this
    const current = () => turn === this.turn
    await before?.catch(() => {})
    const { base, key, store, trail } = this.server
    try {
      const answer = await call<VisitorAnswer>(`${base}/w/visitors`, { body: { key, token: store.get('token'), identity, invitation, language: this.language, pages: trail } })
      if (!current()) return answer.token
      if (this.identity === identity) this.identity = undefined
      if (identity) this.later = answer.later ? identity : undefined
      if (invitation) {
        this.invitation = undefined
        this.arrived = !answer.later
      }
      return this.met(answer)
    } catch (e) {
      if (e instanceof Refused && current()) this.refused(e.fault, identity)
      throw e
    }
  }

  /** What the server does not believe is not told again. */
  private refused(fault: Fault, identity: string | undefined) {
    if (fault.code === 'chat.token') this.invalid()
    if (this.invitation && fault.code.startsWith('chat.invitation')) {
      this.invitation = undefined
      this.hearing.uninvited(fault)
    }
    if (!fault.code.startsWith('chat.identity')) return
    if (this.identity === identity) this.identity = undefined
    this.hearing.disbelieved(fault)
  }
}
