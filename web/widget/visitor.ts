/** Who the visitor is to the server, and the requests that are made in their name. */
import type { Call } from './api'
import { Refused, call } from './api'
import { thisPage } from './page'
import type { Summary, Visitor, VisitorAnswer } from './protocol'
import type { Store } from './store'

/** Where the visitor's words go, and where they are kept. */
export interface Server {
  base: string
  key: string
  store: Store
}

export class Person {
  who?: Visitor
  history: Summary[] = []
  /** Signed by the site; told once. */
  identity?: string
  private asking?: Promise<string>

  constructor(
    private readonly server: Server,
    public language: string,
    /** The server knows this browser as somebody else than before. */
    private readonly replaced: () => void,
  ) {}

  /** Returns the visitor's token, asking for one if there is none yet. */
  token(): Promise<string> {
    const known = this.server.store.get<string>('token')
    return known && !this.identity ? Promise.resolve(known) : this.visit()
  }

  /** Introduces the visitor to the server and learns of earlier conversations. */
  visit(): Promise<string> {
    const { base, key, store } = this.server
    const body = { key, token: store.get('token'), identity: this.identity, language: this.language, page: thisPage() }
    this.asking ??= call<VisitorAnswer>(`${base}/w/visitors`, { body })
      .then(
        (a) => this.met(a),
        (e) => this.unmet(e),
      )
      .finally(() => (this.asking = undefined))
    return this.asking
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

  forget() {
    this.invalid()
    this.server.store.set('visitor', undefined)
    this.who = this.identity = undefined
    this.history = []
  }

  private met({ token, visitor, conversations }: VisitorAnswer): string {
    const { store } = this.server
    const before = store.get<string>('visitor')
    if (before && before !== visitor.id) this.replaced()
    this.identity = undefined
    store.set('token', token)
    store.set('visitor', visitor.id)
    this.who = visitor
    this.history = conversations
    return token
  }

  /** What the server does not believe is not told again. */
  private unmet(e: unknown): never {
    if (e instanceof Refused && e.fault.code.startsWith('chat.identity')) this.identity = undefined
    if (e instanceof Refused && e.fault.code === 'chat.token') this.invalid()
    throw e
  }
}
