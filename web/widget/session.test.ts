import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lines } from './model'
import type { Entries, State } from './protocol'
import type { Listener } from './session'
import { Session } from './session'
import { FakeSocket, memoryStore } from './testing'

const consent = { fields: { name: 'Réka' }, consent: true }
const state: State = { conversation: '7', phase: 'queued', position: 1 }
const at = '2026-03-02T09:00:00Z'
const settle = () => vi.advanceTimersByTimeAsync(0)
let visits: unknown[]
const agentSays = (seq: number, text: string) => ({ type: 'entry', data: { conversation: '7', seq, kind: 'message', author: { kind: 'agent', name: 'Marta' }, text, at } }) as const

function open(store = memoryStore()) {
  const [arrived, refused, forgotten, disbelieved] = [vi.fn<Listener['arrived']>(), vi.fn<Listener['refused']>(), vi.fn<Listener['forgotten']>(), vi.fn<Listener['disbelieved']>()]
  const [invited, uninvited] = [vi.fn<Listener['invited']>(), vi.fn<Listener['uninvited']>()]
  const session = new Session({ base: 'https://chat.example', key: 'k', store, trail: [] }, { changed: () => {}, arrived, refused, forgotten, disbelieved, invited, uninvited }, 'en')
  return { session, store, arrived, refused, forgotten, disbelieved, invited, uninvited }
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

  it('says once where answers go that are not seen here', async () => {
    const { session } = await talking()
    const s = FakeSocket.last()
    session.mailTo('reka@posta.example')
    const [frame] = s.said('address')
    expect(frame!.data).toMatchObject({ conversation: '7', email: 'reka@posta.example' })
    expect(session.pending().map((p) => p.type)).toEqual(['address'])
    s.tell({ type: 'done', data: { cid: frame!.data.cid } })
    expect(session.pending()).toEqual([])
  })

  it('sends again under the same name when the answer was lost, and shows it once', async () => {
    const { session } = await talking()
    session.say('second', [], consent)
    const { cid } = FakeSocket.last().said('say')[1]!.data
    FakeSocket.last().close(1006)
    await vi.advanceTimersByTimeAsync(1000)
    const s = FakeSocket.last()
    s.welcome({ visitor: { id: 'v1', known: false }, state })
    expect(s.said('hello')[0]!.data).toMatchObject({ conversation: '7', seq: 0 })
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

  it('gives words and files back when the conversation is refused', async () => {
    const { session, refused } = open()
    session.say('one', [], consent)
    const file = { id: 'f', name: 'a.png', size: 1, type: 'image/png' }
    session.say('two', [file], consent)
    await settle()
    const s = FakeSocket.last()
    s.welcome()
    expect(s.said('prechat')).toHaveLength(1)
    const fault = { code: 'chat.full', text: 'Full.', cid: s.said('prechat')[0]!.data.cid }
    s.tell({ type: 'error', data: fault })
    expect(refused).toHaveBeenCalledWith(fault, 'prechat', 'one\ntwo', [file])
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
    const ended = vi.fn<typeof fetch>(() => Promise.resolve(new Response(null, { status: 204 })))
    vi.stubGlobal('fetch', ended)
    sessionStorage.setItem('zongler:k:trail', '[]')
    await session.identify(null)
    expect(sessionStorage.getItem('zongler:k:trail')).toBeNull()
    expect(ended).toHaveBeenCalledWith('https://chat.example/w/visitors', expect.objectContaining({ method: 'DELETE', headers: { Authorization: 'Bearer t2' } }))
    expect(store.all.size).toBe(0)
  })

  it('asks again for what was said before own words, if the line broke in between', async () => {
    const { session, store } = await talking()
    const s = FakeSocket.last()
    s.tell(agentSays(2, 'hello'))
    session.say('mine', [], consent)
    s.tell({ type: 'said', data: { cid: s.said('say')[1]!.data.cid, conversation: '7', seq: 7, at } }) // 6 was said before it and never comes
    expect(session.readMark()).toBeLessThan(6)
    s.close(1006)
    await vi.advanceTimersByTimeAsync(1000)
    const again = FakeSocket.last()
    again.welcome({ visitor: { id: 'v1', known: false }, state })
    expect(again.said('hello')[0]!.data.seq).toBe(2)
    again.tell(agentSays(6, 'before yours'))
    expect(lines(session.model).map((l) => l.text)).toEqual(['first', 'hello', 'before yours', 'mine'])
    expect(again.said('read')).toEqual([])
    expect(store.get('read')).toBeUndefined()
  })

  it('fetches what was left out until it has it, whatever comes live meanwhile', async () => {
    const { session } = await talking()
    const pages: Entries[] = [
      { entries: [agentSays(2, 'a').data], more: true, state, version: 'x' },
      { entries: [agentSays(3, 'b').data], state, version: 'x' },
    ]
    const asked: string[] = []
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(new URL(url).searchParams.get('after')!)
      return asked.length === 2 ? Promise.reject(new TypeError('network')) : Promise.resolve(Response.json(pages.shift()))
    })
    const s = FakeSocket.last()
    s.tell(agentSays(1, 'zero'))
    s.tell({ type: 'resync', data: { conversation: '7' } })
    s.tell(agentSays(300, 'live'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toEqual(['1', '2', '2'])
    expect(lines(session.model).map((l) => l.seq)).toEqual([1, 2, 3, 300])
    expect(session.model.upTo).toBe(300)
  })

  it('leaves the first person at once in every tab when another signs in or out', async () => {
    const { session, store } = await talking()
    const other = open(store.tab())
    other.session.start()
    await settle()
    const s = FakeSocket.last()
    s.welcome({ visitor: { id: 'v1', known: false }, state })
    s.tell(agentSays(1, 'secret'))
    await session.identify(null)
    expect(other.forgotten).toHaveBeenCalled()
    expect(lines(other.session.model)).toEqual([])
    expect(other.session.person.who).toBeUndefined()
    expect(s.readyState).toBe(3)
    other.session.say('of the second person', [], consent)
    await settle()
    FakeSocket.last().welcome({ visitor: { id: 'v2', known: false } })
    expect(FakeSocket.last().said('say')).toEqual([])
    expect(FakeSocket.last().said('prechat')).toHaveLength(1)
  })

  it('tells who the site says it is, also if an anonymous visit is on its way', async () => {
    const { session } = open()
    const answers: ((r: Response) => void)[] = []
    vi.stubGlobal('fetch', (_: string, init: { body: string }) => {
      visits.push(JSON.parse(init.body))
      return new Promise<Response>((resolve) => answers.push(resolve))
    })
    session.say('first', [], consent)
    const signed = session.identify('signed')
    await settle()
    answers[0]!(Response.json({ token: 't1', visitor: { id: 'v1', known: false }, conversations: [] }))
    await settle()
    answers[1]!(Response.json({ token: 't1', visitor: { id: 'v1', known: true }, conversations: [] }))
    await signed
    expect(visits).toMatchObject([{ key: 'k' }, { token: 't1', identity: 'signed' }])
    expect(session.person.who?.known).toBe(true)
    expect(session.person.identity).toBeUndefined()
  })

  it('tells who the site says it is again, when the conversation is over that it would have ended', async () => {
    const { session, store } = await talking()
    const answer = { token: 't', visitor: { id: 'v1', known: false }, conversations: [], later: true }
    vi.stubGlobal('fetch', (_: string, init: { body: string }) => (visits.push(JSON.parse(init.body)), Promise.resolve(Response.json(answer))))
    await session.identify('signed')
    expect(lines(session.model).map((l) => l.text)).toEqual(['first'])
    FakeSocket.last().tell({ type: 'state', data: { ...state, phase: 'closed' } })
    Object.assign(answer, { token: 't2', visitor: { id: 'v2', known: true }, later: undefined })
    session.leave()
    await settle()
    expect(visits.slice(1)).toMatchObject([{ identity: 'signed' }, { identity: 'signed' }])
    expect(store.get('visitor')).toBe('v2')
    expect(session.person.later).toBeUndefined()
  })

  it('says that the server does not believe who the site says it is', async () => {
    const { session, disbelieved } = open()
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ code: 'chat.identity_expired', detail: 'Too old.' }, { status: 401 })))
    await session.identify('stale')
    expect(disbelieved).toHaveBeenCalledWith(expect.objectContaining({ code: 'chat.identity_expired' }))
    expect(FakeSocket.all).toEqual([])
  })

  it('shows an invitation once, and goes on in the chat that it began', async () => {
    const { session, store, invited } = open()
    vi.stubGlobal('fetch', (_: string, init: { body: string }) => {
      visits.push(JSON.parse(init.body))
      return Promise.resolve(Response.json({ token: 't2', visitor: { id: 'v2', known: false }, conversations: [{ id: '9', phase: 'active', at }] }))
    })
    store.set('token', 't1')
    await session.invite('i1.secret')
    expect(invited).toHaveBeenCalledOnce()
    expect([store.get('token'), store.get('conversation')]).toEqual(['t2', '9'])
    await session.visit()
    expect(visits).toMatchObject([{ token: 't1', invitation: 'i1.secret' }, { token: 't2' }])
    expect(visits[1]).not.toHaveProperty('invitation')
    expect(invited).toHaveBeenCalledOnce()
  })

  it('says what became of an invitation that opens nothing, and does not show it again', async () => {
    const { session, invited, uninvited } = open()
    vi.stubGlobal('fetch', (_: string, init: { body: string }) => {
      visits.push(JSON.parse(init.body))
      return Promise.resolve(Response.json({ code: 'chat.invitation_used', detail: 'Used.' }, { status: 409 }))
    })
    await session.invite('i1.secret')
    await session.visit()
    expect(uninvited).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'chat.invitation_used' }))
    expect(invited).not.toHaveBeenCalled()
    expect(visits[1]).not.toHaveProperty('invitation')
  })

  it('shows an invitation again that did not get through', async () => {
    const { session, invited } = open()
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
    await session.invite('i1.secret')
    expect(invited).not.toHaveBeenCalled()
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ token: 't', visitor: { id: 'v1', known: false }, conversations: [] })))
    session.wake()
    await settle()
    expect(invited).toHaveBeenCalledOnce()
  })

  it('opens no line for somebody who signs in and has nothing to say', async () => {
    const { session } = open()
    await session.identify('signed')
    await settle()
    expect(visits).toHaveLength(1)
    expect(FakeSocket.all).toEqual([])
  })

  it('joins the conversation that goes on at another device of the person who signs in', async () => {
    const { session } = open()
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ token: 't', visitor: { id: 'v1', known: true }, conversations: [{ id: '9', phase: 'active', at }] })))
    await session.identify('signed')
    await settle()
    FakeSocket.last().accept()
    expect(FakeSocket.last().said('hello')[0]!.data).toMatchObject({ conversation: '9', seq: 0 })
  })

  it('remembers a conversation that is over until its last words are read', async () => {
    const { session, store } = await talking()
    const s = FakeSocket.last()
    s.tell(agentSays(2, 'one thing more'))
    s.tell({ type: 'state', data: { ...state, phase: 'closed' } })
    expect(store.get('conversation')).toBe('7')
    session.read(2)
    expect(store.get('conversation')).toBeUndefined()
  })

  it('goes on in a conversation that ended only because the visitor was gone', async () => {
    const { session, store } = await talking()
    const s = FakeSocket.last()
    s.tell({ type: 'state', data: { ...state, phase: 'closed', gone: true } })
    expect(store.get('conversation')).toBe('7')
    session.say('back again', [], consent)
    expect(s.said('prechat')).toHaveLength(1)
    expect(s.said('say')[1]!.data).toMatchObject({ conversation: '7', text: 'back again' })
  })

  it('reads an earlier conversation beside the one that goes on', async () => {
    const { session, arrived } = await talking()
    const entries = [{ ...agentSays(4, 'of last year').data, conversation: '3' }]
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ entries, state: { conversation: '3', phase: 'closed' }, version: 'x' })))
    await session.show('3')
    FakeSocket.last().tell(agentSays(5, 'now'))
    expect(lines(session.shown).map((l) => l.text)).toEqual(['of last year'])
    expect(arrived).toHaveBeenCalledTimes(1)
    expect(session.unread()).toBe(1)
    session.read(4)
    session.read(4)
    expect(FakeSocket.last().said('read').map((f) => f.data)).toEqual([{ conversation: '3', seq: 4 }])
    session.leave()
    expect(lines(session.shown).map((l) => l.text)).toEqual(['first', 'now'])
  })

  it('leaves a message for later once, also if it was written without a network', async () => {
    const { session, store } = open()
    const sent: { body: { cid: string; token?: string }; url: string }[] = []
    let fails = 2
    vi.stubGlobal('fetch', (url: string, init: { body: string }) => {
      if (fails-- > 0) return Promise.reject(new TypeError('network'))
      sent.push({ url: new URL(url).pathname, body: JSON.parse(init.body) })
      const who = { token: 't', visitor: { id: 'v1', known: false }, conversations: [] }
      return Promise.resolve(Response.json(url.endsWith('/w/offline') ? { ...who, conversation: '8' } : who))
    })
    expect(session.leaveWord({ name: 'Réka', email: 'reka@example.hu', text: 'later', consent: true })).toBe(true)
    await vi.advanceTimersByTimeAsync(5000)
    FakeSocket.last().welcome()
    await settle()
    expect(sent.map((s) => s.url)).toEqual(['/w/visitors', '/w/offline'])
    expect(sent[1]!.body).toMatchObject({ token: 't', text: 'later', key: 'k' })
    expect(session.pending()).toEqual([])
    expect(store.get('conversation')).toBe('8')
    await settle()
    FakeSocket.last().accept()
    expect(FakeSocket.last().said('hello')[0]!.data).toMatchObject({ conversation: '8' })
  })

  it('gives a refused opinion back instead of thanking for it', async () => {
    const { session, refused } = await talking()
    const s = FakeSocket.last()
    session.rate(5, '')
    const fault = { code: 'chat.survey_off', text: 'Not asked.', cid: s.said('survey')[0]!.data.cid }
    s.tell({ type: 'error', data: fault })
    expect(session.pending()).toEqual([])
    expect(refused).toHaveBeenCalledWith(fault, 'survey', '', [])
  })

  it('sends what another tab was closed with', async () => {
    const { session, store } = await talking()
    const s = FakeSocket.last()
    store.tab().set('out.gone-0001', { cid: 'gone-0001', at: 1, type: 'say', data: { conversation: '7', text: 'and gone' } })
    await vi.advanceTimersByTimeAsync(5000) // the other tab still may
    expect(s.said('say')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(11_000)
    expect(s.said('say')[1]!.data).toMatchObject({ cid: 'gone-0001', text: 'and gone' })
    s.tell({ type: 'said', data: { cid: 'gone-0001', conversation: '7', seq: 2, at } })
    expect(session.pending()).toEqual([])
  })

  it('shows what another tab has said once, also if it hears of the words before the wish', async () => {
    const { session, store } = await talking()
    FakeSocket.last().tell({ type: 'entry', data: { conversation: '7', seq: 2, kind: 'message', author: { kind: 'visitor' }, text: 'from there', cid: 'other-0001', at } })
    store.tab().set('out.other-0001', { cid: 'other-0001', at: 1, type: 'say', data: { conversation: '7', text: 'from there' } })
    expect(session.pending()).toEqual([])
    expect(lines(session.model).at(-1)!.text).toBe('from there')
  })

  it('lets a typing mark fade by itself', async () => {
    const { session } = await talking()
    FakeSocket.last().tell({ type: 'typing', data: { conversation: '7', on: true } })
    expect(session.model.typing).toBe(true)
    await vi.advanceTimersByTimeAsync(6100)
    expect(session.model.typing).toBe(false)
  })
})
