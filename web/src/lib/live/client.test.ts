import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serverNow, setServerNow } from '../time/clock'
import { backoff } from './backoff'
import { type Frame, LiveClient, type Socket, signedOutCode } from './client'

class FakeSocket implements Socket {
  static all: FakeSocket[] = []
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  sent: unknown[] = []
  closed = false

  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }
  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!
  }
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.closed = true
  }
  says(frame: Frame | string) {
    const data = typeof frame === 'string' ? frame : JSON.stringify(frame)
    this.onmessage?.call(this as never, { data } as MessageEvent)
  }
  fails(code = 1006) {
    this.onclose?.call(this as never, { code } as CloseEvent)
  }
}

const note = (seq: number): Frame => ({ seq, type: 'note', data: seq })
const hello = (epoch: string, seq: number, resumed = false): Frame => ({ type: 'hello', data: { epoch, seq, resumed } })

describe('LiveClient', () => {
  const onResync = vi.fn()
  const onSignedOut = vi.fn()
  let client: LiveClient
  let got: unknown[]

  beforeEach(() => {
    vi.useFakeTimers()
    vi.clearAllMocks()
    FakeSocket.all = []
    got = []
    client = new LiveClient({ url: 'ws://desk.example/ws', open: (url) => new FakeSocket(url), onResync, onSignedOut, random: () => 1 })
    client.on('note', (data) => got.push(data))
    client.start()
  })
  afterEach(() => {
    client.stop()
    vi.useRealTimers()
  })

  /** A first connection at number 4; the fetch that it asks for is not counted. */
  const begin = (seq = 4) => {
    FakeSocket.last.says(hello('a', seq))
    onResync.mockClear()
  }

  it('asks for everything once the stream has begun: what was asked before may be old', () => {
    FakeSocket.last.says(hello('a', 4))
    expect(onResync).toHaveBeenCalledTimes(1)
  })

  describe('that was told where the stream stood before anything was asked', () => {
    const onNews = vi.fn()
    const from = (at: number) => {
      client.stop()
      client = new LiveClient({ url: 'ws://desk.example/ws', from: { epoch: 'a', seq: 4, at }, open: (url) => new FakeSocket(url), onResync, onNews, onSignedOut, random: () => 1 })
      client.on('note', (data) => got.push(data))
      client.start()
    }

    it('names the place, takes what has happened since, and asks for nothing again', () => {
      from(Date.now())
      expect(FakeSocket.last.url).toBe('ws://desk.example/ws?epoch=a&seq=4')
      FakeSocket.last.says(hello('a', 6, true))
      for (const seq of [5, 6]) FakeSocket.last.says(note(seq))
      expect(got).toEqual([5, 6])
      expect(onNews).toHaveBeenCalledTimes(2)
      expect(onResync).not.toHaveBeenCalled()
    })

    it('asks for everything, once, where the server has forgotten the place', () => {
      from(Date.now())
      FakeSocket.last.says(hello('b', 0))
      FakeSocket.last.says({ type: 'resync' })
      expect(onResync).toHaveBeenCalledTimes(1)
    })

    it('does not name a place that is too old', () => {
      from(Date.now() - 100_000)
      expect(FakeSocket.last.url).toBe('ws://desk.example/ws')
      FakeSocket.last.says(hello('a', 4))
      expect(onResync).toHaveBeenCalledTimes(1)
    })
  })

  it('hands out frames once and in order', () => {
    begin()
    for (const seq of [5, 6, 6, 5, 7]) FakeSocket.last.says(note(seq))
    expect(got).toEqual([5, 6, 7])
    expect(onResync).not.toHaveBeenCalled()
  })

  it('hands out frames without a number always', () => {
    begin()
    FakeSocket.last.says({ type: 'note', data: 'x' })
    FakeSocket.last.says({ type: 'note', data: 'x' })
    expect(got).toEqual(['x', 'x'])
  })

  it('names the last frame when it comes back and takes what was missed', () => {
    begin()
    FakeSocket.last.says(note(5))
    FakeSocket.last.fails()
    expect(client.state().connected).toBe(false)
    vi.advanceTimersByTime(500)
    expect(FakeSocket.last.url).toBe('ws://desk.example/ws?epoch=a&seq=5')
    FakeSocket.last.says(hello('a', 7, true))
    FakeSocket.last.says(note(6))
    FakeSocket.last.says(note(7))
    expect(got).toEqual([5, 6, 7])
    expect(onResync).not.toHaveBeenCalled()
    expect(client.state().connected).toBe(true)
  })

  it('asks for everything again, once, when the stream could not go on', () => {
    begin()
    FakeSocket.last.fails()
    vi.advanceTimersByTime(500)
    FakeSocket.last.says(hello('b', 90))
    FakeSocket.last.says({ type: 'resync' })
    FakeSocket.last.says(note(91))
    expect(onResync).toHaveBeenCalledTimes(1)
    expect(got).toEqual([91])
  })

  it('does not go on where it was after a time that the server does not remember', () => {
    begin()
    FakeSocket.last.fails()
    vi.advanceTimersByTime(500)
    expect(FakeSocket.last.url).toContain('epoch=a')
    vi.advanceTimersByTime(100_000) // nobody greets
    expect(FakeSocket.last.url).toBe('ws://desk.example/ws')
    FakeSocket.last.says(hello('a', 9))
    expect(onResync).toHaveBeenCalledTimes(1)
    FakeSocket.last.says(note(10))
    expect(got).toEqual([10])
  })

  it('tells the build and the time of the server', () => {
    FakeSocket.last.says({ type: 'hello', data: { epoch: 'a', seq: 4, resumed: false, build: 'b1', now: Date.now() + 3_600_000 } })
    expect(client.state()).toEqual({ connected: true, since: serverNow(), build: 'b1' })
    expect(serverNow() - Date.now()).toBe(3_600_000)
    FakeSocket.last.fails()
    expect(client.state().build).toBe('b1')
    setServerNow(Date.now())
  })

  it('asks for everything again, once, when it was too slow for the stream', () => {
    begin()
    FakeSocket.last.says({ type: 'resync' })
    FakeSocket.last.says(note(40))
    FakeSocket.last.says(note(41))
    expect(onResync).toHaveBeenCalledTimes(1)
    expect(got).toEqual([40, 41])
  })

  it('asks for everything again when a number is skipped without a word', () => {
    begin()
    FakeSocket.last.says(note(6))
    expect(onResync).toHaveBeenCalledTimes(1)
  })

  it('waits longer after each failure and starts over after a success', () => {
    for (const wait of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const before = FakeSocket.all.length
      FakeSocket.last.fails()
      vi.advanceTimersByTime(wait - 1)
      expect(FakeSocket.all).toHaveLength(before)
      vi.advanceTimersByTime(1)
      expect(FakeSocket.all).toHaveLength(before + 1)
    }
    FakeSocket.last.says(hello('a', 0))
    FakeSocket.last.fails()
    vi.advanceTimersByTime(500)
    expect(client.state().connected).toBe(false)
    FakeSocket.last.says(hello('a', 0))
    expect(client.state().connected).toBe(true)
  })

  it('comes back at once when the network does', () => {
    FakeSocket.last.fails()
    const before = FakeSocket.all.length
    dispatchEvent(new Event('online'))
    expect(FakeSocket.all).toHaveLength(before + 1)
  })

  it('probes an open socket on waking and replaces one that does not answer', () => {
    const first = FakeSocket.last
    begin()
    first.says({ type: 'pong' })
    document.dispatchEvent(new Event('visibilitychange'))
    expect(first.sent).toHaveLength(2)
    first.says({ type: 'pong' })
    vi.advanceTimersByTime(20_000)
    expect(FakeSocket.last).toBe(first)
    document.dispatchEvent(new Event('visibilitychange'))
    vi.advanceTimersByTime(3000)
    expect(first.closed).toBe(true)
    expect(FakeSocket.last).not.toBe(first)
  })

  it('finds out by itself that the network is dead', () => {
    const first = FakeSocket.last
    begin()
    first.says({ type: 'pong' })
    vi.advanceTimersByTime(25_000)
    first.says({ type: 'pong' })
    vi.advanceTimersByTime(24_000)
    expect(FakeSocket.last).toBe(first)
    vi.advanceTimersByTime(4000)
    expect(FakeSocket.last).not.toBe(first)
  })

  it('does not take a server that never answers probes for dead, but asks anew on waking', () => {
    const first = FakeSocket.last
    begin()
    vi.advanceTimersByTime(600_000)
    expect(FakeSocket.last).toBe(first)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(FakeSocket.last).not.toBe(first)
  })

  it('gives up a connection that never greets', () => {
    const first = FakeSocket.last
    vi.advanceTimersByTime(20_000)
    expect(first.closed).toBe(true)
    expect(FakeSocket.last).not.toBe(first)
  })

  it('does not come back to an ended session', () => {
    FakeSocket.last.says(hello('a', 0))
    FakeSocket.last.fails(signedOutCode)
    vi.advanceTimersByTime(120_000)
    expect(onSignedOut).toHaveBeenCalledTimes(1)
    expect(FakeSocket.all).toHaveLength(1)
  })

  it('survives frames that are none', () => {
    FakeSocket.last.says(hello('a', 0))
    for (const text of ['', 'null', '[]', '{"seq":1}', '{']) FakeSocket.last.says(text)
    FakeSocket.last.says(note(1))
    expect(got).toEqual([1])
  })

  it('is silent after it was stopped', () => {
    client.stop()
    const before = FakeSocket.all.length
    dispatchEvent(new Event('online'))
    vi.advanceTimersByTime(60_000)
    expect(FakeSocket.all).toHaveLength(before)
    expect(client.send('typing')).toBe(false)
  })
})

describe('backoff', () => {
  it('keeps at least half of the wait whatever chance says', () => {
    expect(backoff(0, () => 0)).toBe(250)
    expect(backoff(20, () => 0)).toBe(15_000)
    expect(backoff(20, () => 1)).toBe(30_000)
  })
})
