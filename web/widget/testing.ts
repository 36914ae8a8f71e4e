/** Stand-ins for the outside world in the widget's unit tests. */
import type { ClientFrame, ServerFrame } from './protocol'
import type { Store } from './store'

/** A store for one tab; tab() is the same store as another tab sees it, which hears what the first one changes. */
export function memoryStore(all = new Map<string, string>(), tabs = new Set<(name: string) => void>()): Store & { all: Map<string, string>; tab(): ReturnType<typeof memoryStore> } {
  const own = new Set<(name: string) => void>()
  return {
    all,
    tab: () => memoryStore(all, tabs),
    get: (name) => JSON.parse(all.get(name) ?? 'null') ?? undefined,
    set(name, value) {
      if (value === undefined) all.delete(name)
      else all.set(name, JSON.stringify(value))
      for (const f of tabs) if (!own.has(f)) f(name)
    },
    names: (prefix) => [...all.keys()].filter((n) => n.startsWith(prefix)),
    watch(f) {
      for (const set of [tabs, own]) set.add(f)
      return () => void (tabs.delete(f), own.delete(f))
    },
  }
}

/** The newest websocket is last; the test plays the server. */
export class FakeSocket {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  static last = () => FakeSocket.all.at(-1)!
  readyState = 0
  sent: ClientFrame[] = []
  onopen?: () => void
  onmessage?: (e: { data: string }) => void
  onclose?: (e: { code: number }) => void

  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }

  send(text: string) {
    this.sent.push(JSON.parse(text))
  }

  close(code = 1000) {
    if (this.readyState === 3) return
    this.readyState = 3
    this.onclose?.({ code })
  }

  accept() {
    this.readyState = FakeSocket.OPEN
    this.onopen?.()
  }

  tell(frame: ServerFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  /** Opens and greets, as a server does that knows the token. */
  welcome(data: Extract<ServerFrame, { type: 'welcome' }>['data'] = { visitor: { id: 'v1', known: false } }) {
    this.accept()
    this.tell({ type: 'welcome', data })
  }

  said<T extends ClientFrame['type']>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.sent.filter((f): f is Extract<ClientFrame, { type: T }> => f.type === type)
  }
}
