import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lines } from './model'
import type { Fault, State } from './protocol'
import { Session } from './session'
import { FakeSocket, memoryStore } from './testing'

const consent = { fields: { name: 'Réka' }, consent: true }
const state: State = { conversation: '7', phase: 'queued', position: 1 }
const at = '2026-03-02T09:00:00Z'
const settle = () => vi.advanceTimersByTimeAsync(0)
let visits: unknown[]

function open(store = memoryStore()) {
  const refused = vi.fn<(f: Fault, text: string) => void>()
  const session = new Session({ base: 'https://chat.example', key: 'k', store }, { changed: () => {}, arrived: () => {}, refused }, 'en')
  return { session, store, refused }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.all = []
  visits = []
  vi.stubGlobal('fetch', (_: string, init: { body: string }) => {
    visits.push(JSON.parse(init.body))
    return Promise.resolve(new Response(JSON.stringify({ token: 't', visitor: { id: 'v1', known: false }, conversations: [] })))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Says one thing and lets the server confirm it. */
async function talking() {
  const v = open()
  v.session.say('first', [], consent)
  await settle()
  const s = FakeSocket.last()
  s.welcome()
  s.tell({ type: 'opened', data: { cid: s.said('prechat')[0]!.data.cid, state } })
  const { cid } = s.said('say')[0]!.data
  s.tell({ type: 'said', data: { cid, conversation: '7', seq: 1, at } })
  return { ...v, cid }
}

describe('session', () => {
  it('makes no visitor before something is said', async () => {
    const { session } = open()
    session.start()
    await settle()
    expect(visits).toHaveLength(0)
    expect(FakeSocket.all).toHaveLength(0)
  })

  it('opens the conversation first and then says the words in it', async () => {
    const { session, store } = await talking()
    const s = FakeSocket.last()
    expect(s.sent.map((f) => f.type)).toEqual(['hello', 'prechat', 'say'])
    expect(s.said('prechat')[0]!.data).toMatchObject(consent)
    expect(s.said('say')[0]!.data).toMatchObject({ conversation: '7', text: 'first' })
    expect(session.pending()).toEqual([])
    expect(store.get('conversation')).toBe('7')
    expect(lines(session.model).map((l) => l.text)).toEqual(['first'])
  })

  it('sends again under the same name when the answer was lost, and shows it once', async () => {
    const { session } = await talking()
    session.say('second', [], consent)
    const { cid } = FakeSocket.last().said('say')[1]!.data
    FakeSocket.last().close(1006)
    await vi.advanceTimersByTimeAsync(1000)
    const s = FakeSocket.last()
    s.welcome({ visitor: { id: 'v1', known: false }, state })
    expect(s.said('hello')[0]!.data).toMatchObject({ conversation: '7', seq: 1 })
    expect(s.said('say').map((f) => f.data.cid)).toEqual([cid])
    s.tell({ type: 'entry', data: { conversation: '7', seq: 2, kind: 'message', author: { kind: 'visitor' }, text: 'second', cid, at } })
    s.tell({ type: 'said', data: { cid, conversation: '7', seq: 2, at } })
    expect(lines(session.model).map((l) => l.text)).toEqual(['first', 'second'])
    expect(session.pending()).toEqual([])
  })

  it('lets no message overtake another, offline or not', async () => {
    const { session } = await talking()
    FakeSocket.last().close(1006)
    for (const text of ['a', 'b', 'c']) session.say(text, [], consent)
    await vi.advanceTimersByTimeAsync(1000)
    const s = FakeSocket.last()
    s.welcome({ visitor: { id: 'v1', known: false }, state })
    for (const [i, text] of ['a', 'b', 'c'].entries()) {
      expect(s.said('say').map((f) => f.data.text)).toEqual(['a', 'b', 'c'].slice(0, i + 1))
      s.tell({ type: 'said', data: { cid: s.said('say')[i]!.data.cid, conversation: '7', seq: i + 2, at } })
      expect(lines(session.model).at(-1)!.text).toBe(text)
    }
  })

  it('keeps what was said through a reload of the page', async () => {
    const { session, store } = await talking()
    FakeSocket.last().close(1006)
    session.say('typed offline', [], consent)
    const again = open(store)
    again.session.start()
    await settle()
    const s = FakeSocket.last()
    s.welcome({ visitor: { id: 'v1', known: false }, state })
    expect(s.said('say').map((f) => f.data.text)).toEqual(['typed offline'])
    expect(s.said('say')[0]!.data.conversation).toBe('7')
    expect(visits).toHaveLength(1)
  })

  it('waits as long as the server asks and tries again', async () => {
    const { session } = await talking()
    const s = FakeSocket.last()
    session.say('too fast', [], consent)
    const { cid } = s.said('say')[1]!.data
    s.tell({ type: 'error', data: { code: 'chat.limited', text: '', cid, retry: 5 } })
    await vi.advanceTimersByTimeAsync(4900)
    expect(s.said('say')).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(200)
    expect(s.said('say')[2]!.data.cid).toBe(cid)
  })

  it('keeps what is refused for a person to decide, and goes on with the rest', async () => {
    const { session } = await talking()
    const s = FakeSocket.last()
    session.say('bad', [], consent)
    session.say('good', [], consent)
    const { cid } = s.said('say')[1]!.data
    s.tell({ type: 'error', data: { code: 'chat.file_gone', text: 'Attach it again.', cid } })
    expect(s.said('say').at(-1)!.data.text).toBe('good')
    expect(session.pending()[0]).toMatchObject({ cid, fault: { text: 'Attach it again.' } })
    s.tell({ type: 'said', data: { cid: s.said('say').at(-1)!.data.cid, conversation: '7', seq: 2, at } })
    session.retry(cid)
    expect(s.said('say').at(-1)!.data.cid).toBe(cid)
    session.discard(cid)
    expect(session.pending()).toEqual([])
  })

  it('gives the words back when the conversation is refused', async () => {
    const { session, refused } = open()
    session.say('one', [], consent)
    session.say('two', [], consent)
    await settle()
    const s = FakeSocket.last()
    s.welcome()
    expect(s.said('prechat')).toHaveLength(1)
    const fault = { code: 'chat.full', text: 'Full.', cid: s.said('prechat')[0]!.data.cid }
    s.tell({ type: 'error', data: fault })
    expect(refused).toHaveBeenCalledWith(fault, 'one\ntwo')
    expect(session.pending()).toEqual([])
    expect(s.said('say')).toEqual([])
  })

  it('forgets everything of the first person when another signs in', async () => {
    const { session, store } = await talking()
    store.set('draft', 'secret')
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ token: 't2', visitor: { id: 'v2', known: true }, conversations: [] }))))
    await session.identify('signed')
    expect(store.get('draft')).toBeUndefined()
    expect(store.get('conversation')).toBeUndefined()
    expect(store.get('token')).toBe('t2')
    expect(lines(session.model)).toEqual([])
    await session.identify(null)
    expect(store.all.size).toBe(0)
  })

  it('lets a typing mark fade by itself', async () => {
    const { session } = await talking()
    FakeSocket.last().tell({ type: 'typing', data: { conversation: '7', on: true } })
    expect(session.model.typing).toBe(true)
    await vi.advanceTimersByTimeAsync(6100)
    expect(session.model.typing).toBe(false)
  })
})
