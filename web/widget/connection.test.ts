import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Options } from './connection'
import { backoff, connect } from './connection'
import type { ServerFrame } from './protocol'
import { FakeSocket } from './testing'

const options = (more: Partial<Options> = {}): Options => ({
  url: 'ws://chat.example/w/ws',
  hello: () => Promise.resolve({ type: 'hello', data: { token: 't', seq: 7 } }),
  onFrame: vi.fn<(f: ServerFrame) => void>(),
  onStatus: vi.fn<() => void>(),
  onUnauthenticated: vi.fn<() => void>(),
  post: () => Promise.resolve({ type: 'beat', data: {} }),
  poll: () => Promise.reject(new Error('offline')),
  ...more,
})
const settle = () => vi.advanceTimersByTimeAsync(0)

/** Lets half-minutes go by in which every socket is refused. */
async function refuse(times: number) {
  for (let i = 0; i < times; i++) {
    await vi.advanceTimersByTimeAsync(30_000)
    if (FakeSocket.last().readyState === 0) FakeSocket.last().close(1006)
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.spyOn(Math, 'random').mockReturnValue(1)
  FakeSocket.all = []
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('backoff', () => {
  it('doubles from half a second to half a minute, half of it by chance', () => {
    expect([0, 1, 2, 6, 20].map((n) => backoff(n, 1))).toEqual([500, 1000, 2000, 30_000, 30_000])
    expect(backoff(2, 0)).toBe(1000)
  })
})

describe('connection', () => {
  it('says hello first and is online only after the welcome', async () => {
    const o = options()
    const line = connect(o)
    line.start()
    await settle()
    const s = FakeSocket.last()
    expect(line.send({ type: 'ping' })).toBe(false)
    s.accept()
    expect(s.sent).toEqual([{ type: 'hello', data: { token: 't', seq: 7 } }])
    expect(o.onStatus).not.toHaveBeenCalledWith('online')
    s.tell({ type: 'welcome', data: { visitor: { id: 'v1', known: false } } })
    expect(o.onStatus).toHaveBeenLastCalledWith('online')
    expect(line.send({ type: 'ping' })).toBe(true)
  })

  it('comes back after a loss, sooner when it was online', async () => {
    const line = connect(options())
    line.start()
    await settle()
    FakeSocket.last().welcome()
    FakeSocket.last().close(1006)
    await vi.advanceTimersByTimeAsync(499)
    expect(FakeSocket.all).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(FakeSocket.all).toHaveLength(2)
    FakeSocket.last().close(1006) // refused: waits longer
    await vi.advanceTimersByTimeAsync(500)
    expect(FakeSocket.all).toHaveLength(3)
    FakeSocket.last().close(1006)
    await vi.advanceTimersByTimeAsync(999)
    expect(FakeSocket.all).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(1)
    expect(FakeSocket.all).toHaveLength(4)
  })

  it('gives up a connection that is silent', async () => {
    const line = connect(options())
    line.start()
    await settle()
    FakeSocket.last().welcome()
    await vi.advanceTimersByTimeAsync(49_000)
    FakeSocket.last().tell({ type: 'beat', data: {} })
    await vi.advanceTimersByTimeAsync(49_000)
    expect(FakeSocket.all).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1500)
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('asks at once whether the connection survived the sleep of the tab', async () => {
    const line = connect(options())
    line.start()
    await settle()
    FakeSocket.last().welcome()
    line.wake()
    expect(FakeSocket.last().said('ping')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(5500)
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('does not wait for its turn when the network is back', async () => {
    const line = connect(options())
    line.start()
    await settle()
    FakeSocket.last().close(1006)
    line.wake()
    await settle()
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('asks for another token when its own is refused', async () => {
    const o = options()
    const line = connect(o)
    line.start()
    await settle()
    FakeSocket.last().accept()
    FakeSocket.last().close(4401)
    expect(o.onUnauthenticated).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(1000)
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('stops where coming back is pointless, sleeps where there are too many tabs', async () => {
    for (const [code, dials] of [
      [4403, 1],
      [4400, 1],
      [4409, 1],
    ] as const) {
      FakeSocket.all = []
      const line = connect(options())
      line.start()
      await settle()
      FakeSocket.last().welcome()
      FakeSocket.last().close(code)
      await vi.advanceTimersByTimeAsync(600_000)
      expect(FakeSocket.all).toHaveLength(dials)
      line.wake()
      await settle()
      expect(FakeSocket.all).toHaveLength(code === 4409 ? 2 : 1)
    }
  })

  it('polls only after polls worked and websockets still did not', async () => {
    const state: ServerFrame = { type: 'state', data: { conversation: '1', phase: 'active' } }
    let blocked = true
    const o = options({ poll: () => (blocked ? Promise.reject(new Error('offline')) : new Promise((done) => setTimeout(() => done([state]), 100))) })
    const line = connect(o)
    line.start()
    await settle()
    await refuse(6) // no network at all: sockets, then polls fail
    const before = FakeSocket.all.length
    blocked = false
    await vi.advanceTimersByTimeAsync(31_000)
    expect(FakeSocket.all).toHaveLength(before + 1) // one more chance
    expect(o.onFrame).not.toHaveBeenCalled()
    FakeSocket.last().close(1006)
    await vi.advanceTimersByTimeAsync(31_000)
    expect(o.onStatus).toHaveBeenLastCalledWith('online')
    expect(o.onFrame).toHaveBeenCalledWith(state)
    line.stop()
  })
})
