import { backoff } from './backoff'

/** One message of the server. Those without a number are not kept for replay. */
export interface Frame {
  seq?: number
  type: string
  data?: unknown
}

/** Whether news arrive, and since when (milliseconds) that is so. */
export interface LiveState {
  connected: boolean
  since: number
}

/** The part of a WebSocket that is used here; a test gives its own. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'onmessage' | 'onclose'>

/** Code with which the server closes the socket of an ended session. */
export const signedOutCode = 4401

const probeTimeout = 3000 // an answer to a probe that takes longer will not come
const silenceLimit = 50_000 // two and a half of the server's heartbeats

interface Options {
  url: string
  open?: (url: string) => Socket
  /** What is shown may be out of date: ask for everything again. */
  onResync: () => void
  onSignedOut: () => void
  now?: () => number
  random?: () => number
}

/**
 * The connection that brings news. It remembers the number of the last frame
 * and names it when it reconnects; the server then sends what was missed, or
 * says that the gap is too wide. A frame is handed out once, in order.
 */
export class LiveClient {
  readonly #options: Required<Options>
  readonly #handlers = new Map<string, Set<(data: unknown) => void>>()
  readonly #watchers = new Set<() => void>()
  #socket: Socket | undefined
  #epoch: string | undefined
  #seq = 0
  #attempt = 0
  #beats = false
  #stopped = true
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #state: LiveState

  constructor(options: Options) {
    this.#options = { open: (url) => new WebSocket(url), now: Date.now, random: Math.random, ...options }
    this.#state = { connected: false, since: this.#options.now() }
  }

  start() {
    if (!this.#stopped) return
    this.#stopped = false
    addEventListener('online', this.#probe)
    document.addEventListener('visibilitychange', this.#onVisible)
    this.#connect()
  }

  stop() {
    this.#stopped = true
    removeEventListener('online', this.#probe)
    document.removeEventListener('visibilitychange', this.#onVisible)
    this.#drop()
    clearTimeout(this.#retry)
  }

  /** Hands the data of each frame of a type to handler until the returned function is called. */
  on(type: string, handler: (data: unknown) => void): () => void {
    const handlers = this.#handlers.get(type) ?? new Set()
    this.#handlers.set(type, handlers.add(handler))
    return () => void handlers.delete(handler)
  }

  /** Sends what may be lost (typing, looking at); says whether it could be sent. */
  send(type: string, data?: unknown): boolean {
    if (!this.#state.connected) return false
    this.#socket?.send(JSON.stringify({ type, data }))
    return true
  }

  state = (): LiveState => this.#state

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  #connect() {
    clearTimeout(this.#retry)
    if (this.#stopped) return
    const socket = this.#options.open(this.#address())
    this.#socket = socket
    socket.onmessage = (event) => this.#receive(String(event.data))
    socket.onclose = (event) => this.#closed(event.code)
    // A connection that never opens nor fails (a captive network) is given up too.
    this.#expect(silenceLimit)
  }

  #address(): string {
    if (this.#epoch === undefined) return this.#options.url
    return `${this.#options.url}?${new URLSearchParams({ epoch: this.#epoch, seq: String(this.#seq) })}`
  }

  #receive(text: string) {
    const frame = parse(text)
    if (!frame) return
    if (this.#beats || frame.type === 'beat') this.#expect(silenceLimit)
    else clearTimeout(this.#silence)
    switch (frame.type) {
      case 'hello':
        this.#greet(frame.data as { epoch: string | number; seq: number })
        break
      case 'beat':
        this.#beats = true
        break
      case 'pong':
        break
      case 'resync':
        this.#seq = frame.seq ?? (frame.data as { seq?: number } | undefined)?.seq ?? this.#seq
        this.#options.onResync()
        break
      default:
        this.#deliver(frame)
    }
  }

  /** The first frame of each connection: where the server's count stands. */
  #greet({ epoch, seq }: { epoch: string | number; seq: number }) {
    const known = this.#epoch
    this.#epoch = String(epoch)
    if (known !== this.#epoch || this.#seq > seq) {
      this.#seq = seq
      if (known !== undefined) this.#options.onResync()
    }
    this.#attempt = 0
    this.#become(true)
  }

  #deliver(frame: Frame) {
    if (frame.seq !== undefined && frame.seq > 0) {
      if (frame.seq <= this.#seq) return
      const missed = frame.seq > this.#seq + 1
      this.#seq = frame.seq
      if (missed) this.#options.onResync()
    }
    for (const handler of this.#handlers.get(frame.type) ?? []) handler(frame.data)
  }

  #closed(code: number) {
    this.#drop()
    if (this.#stopped) return
    if (code === signedOutCode) {
      this.stop()
      this.#options.onSignedOut()
      return
    }
    this.#retry = setTimeout(() => this.#connect(), backoff(this.#attempt++, this.#options.random))
  }

  /** Forgets the socket, which must not call back any more, and says that news have stopped. */
  #drop() {
    clearTimeout(this.#silence)
    const socket = this.#socket
    this.#socket = undefined
    if (socket) {
      socket.onmessage = socket.onclose = null
      socket.close()
    }
    this.#become(false)
  }

  #reconnect() {
    this.#drop()
    this.#connect()
  }

  #expect(within: number) {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#reconnect(), within)
  }

  /** After a sleep or a change of network a socket may be dead without knowing it. */
  #probe = () => {
    if (this.#stopped) return
    this.#attempt = 0
    if (!this.send('ping')) {
      this.#reconnect()
      return
    }
    this.#expect(probeTimeout)
  }

  #onVisible = () => {
    if (document.visibilityState === 'visible') this.#probe()
  }

  #become(connected: boolean) {
    if (this.#state.connected === connected) return
    this.#state = { connected, since: this.#options.now() }
    for (const watcher of this.#watchers) watcher()
  }
}

function parse(text: string): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(text)
    return typeof frame === 'object' && frame !== null && typeof (frame as Frame).type === 'string' ? (frame as Frame) : undefined
  } catch {
    return undefined
  }
}
