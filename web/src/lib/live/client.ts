import { serverNow, setServerNow } from '../time/clock'
import { backoff } from './backoff'

/** One message of the server. Those without a number are not kept for replay. */
export interface Frame {
  seq?: number
  type: string
  data?: unknown
}

interface Hello {
  epoch: string
  seq: number
  resumed: boolean
  /** Names what pages are built from on the server, and its clock in milliseconds since 1970. */
  build?: string
  now?: number
}

/** Whether news arrive, since when (milliseconds) that is so, and which build of the page the server had last. */
export interface LiveState {
  connected: boolean
  since: number
  build?: string
}

/** The part of a WebSocket that is used here; a test gives its own. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'onmessage' | 'onclose'>

/** Code with which the server closes the socket of an ended session. */
export const signedOutCode = 4401

const probeTimeout = 3000 // an answer to a probe that takes longer will not come
const openTimeout = 20_000 // a connection that has not greeted by then never will (a captive network)
// The server remembers for two minutes what a lost connection was interested in; after less than that it is asked anew.
const resumeWithin = 90_000
const probeEvery = 25_000 // a dead network tells nothing by itself: the page cannot see the server's heartbeats

/** A place in the stream, and when (milliseconds, by this device's clock) it was told. */
export interface Place {
  epoch: string
  seq: number
  at: number
}

interface Options {
  url: string
  /** Where the stream stood before anything was asked: from there on it brings what happens. Without it all is asked again once it has begun. */
  from?: Place
  open?: (url: string) => Socket
  /** What is shown may be out of date: ask for everything again. */
  onResync: () => void
  /** A frame that is kept for replay has come; called before it is handed out. */
  onNews?: () => void
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
  readonly #options: Options & Required<Pick<Options, 'open' | 'now' | 'random'>>
  readonly #handlers = new Map<string, Set<(data: unknown) => void>>()
  readonly #watchers = new Set<() => void>()
  #socket: Socket | undefined
  #epoch: string | undefined
  #seq = 0
  #heard = 0 // by this device's clock
  #attempt = 0
  #answers = false
  /** After a resync the next number is taken as it is: the ones before it are covered. */
  #adrift = false
  #stopped = true
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #probing: ReturnType<typeof setTimeout> | undefined
  #state: LiveState

  constructor(options: Options) {
    this.#options = { open: (url) => new WebSocket(url), now: serverNow, random: Math.random, ...options }
    this.#state = { connected: false, since: this.#options.now() }
    this.#epoch = options.from?.epoch
    this.#seq = options.from?.seq ?? 0
    this.#heard = options.from?.at ?? 0
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
    this.#expect(openTimeout)
  }

  #address(): string {
    if (Date.now() - this.#heard > resumeWithin) this.#epoch = undefined
    if (this.#epoch === undefined) return this.#options.url
    return `${this.#options.url}?${new URLSearchParams({ epoch: this.#epoch, seq: String(this.#seq) })}`
  }

  #receive(text: string) {
    const frame = parse(text)
    if (!frame) return
    clearTimeout(this.#silence)
    this.#heard = Date.now()
    switch (frame.type) {
      case 'hello':
        this.#greet(frame.data as Hello)
        break
      case 'pong':
        this.#answers = true
        break
      case 'resync':
        this.#adrift = true
        this.#options.onResync()
        break
      default:
        this.#deliver(frame)
    }
  }

  /**
   * The first frame of each connection: where the server's count stands. A stream
   * that goes on is followed by what was missed; one that does not, by a resync.
   * To a client that named no place none is said: what was asked before the stream began is old.
   */
  #greet({ epoch, seq, resumed, build, now }: Hello) {
    const first = this.#epoch === undefined
    if (now !== undefined) setServerNow(now)
    this.#epoch = epoch
    if (!resumed) this.#seq = seq
    this.#adrift = false
    this.#attempt = 0
    this.#become(true, build)
    if (first) this.#options.onResync()
    this.#probeLater()
  }

  #deliver(frame: Frame) {
    if (frame.seq !== undefined && frame.seq > 0) {
      if (frame.seq <= this.#seq) return
      const missed = !this.#adrift && frame.seq > this.#seq + 1
      this.#seq = frame.seq
      this.#adrift = false
      if (missed) this.#options.onResync()
      this.#options.onNews?.()
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
    clearTimeout(this.#probing)
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
    // A server that never answers probes is asked by a new connection, which resumes.
    if (this.#answers && this.send('ping')) this.#expect(probeTimeout)
    else this.#reconnect()
  }

  #probeLater() {
    clearTimeout(this.#probing)
    this.send('ping')
    this.#probing = setTimeout(() => {
      if (this.#answers) this.#expect(probeTimeout)
      this.#probeLater()
    }, probeEvery)
  }

  #onVisible = () => {
    if (document.visibilityState === 'visible') this.#probe()
  }

  #become(connected: boolean, build = this.#state.build) {
    if (this.#state.connected === connected) return
    this.#state = { connected, since: this.#options.now(), build }
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
