import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/lib/api'
import { idempotencyHeader } from '@/lib/api/client'
import type { Tabs } from '@/lib/tabs'
import { offersKey, standing } from '../offers/offers'
import { emptyList } from '../worklist/list'
import { DeskCache, keys } from './caches'
import type { Entries } from './entries'
import { Outbox, type NewMessage, type OutboxNews, mostKept } from './outbox'
import type { Detail, Entry, Offer, Row } from './types'

const message: NewMessage = { mode: 'reply', text: 'About an hour.', attachments: [], mentions: [], based_on_seq: 14 }
const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({ id: `e${seq}`, seq, kind: 'message', author: 'customer', text: '', occurred_at: '2026-05-14T10:00:00Z', received_at: '', ...more })
const row = (id: string, more: Partial<Row> = {}): Row => ({ id, brand_id: 'b', channel: 'webchat', customer: { id: 'c', name: 'Réka Tóth' }, preview: '', last_entry_at: '2026-05-14T10:00:00Z', last_seq: 14, unread: 2, state: 'active', agent: { id: 'me', name: 'Marta Zając' }, draft: true, priority: 0, tags: [], ...more })

let client: QueryClient
let desk: DeskCache
let outbox: Outbox
let asked: { body: Record<string, unknown>; key: string | null }[]
let answers: (() => Response)[]

const stored = (seq: number) => () => Response.json(entry(seq, { author: 'agent', delivery: { state: 'sent', at: '' }, client_id: String(asked.at(-1)?.body.client_id) }))
const refused = (status: number, code: string, values = {}) => () => Response.json({ code, values }, { status })
const lost = () => {
  throw new TypeError('connection lost')
}

beforeEach(() => {
  client = new QueryClient()
  desk = new DeskCache(client, () => ({ me: 'me', queues: undefined }))
  outbox = new Outbox(client, 'me')
  asked = []
  answers = []
  client.setQueryData<Entries>(keys.entries('7'), [entry(14)])
  client.setQueryData(keys.list({ view: 'mine', sort: 'deadline' }), { ...emptyList, rows: [row('7')] })
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push({ body: (await request.clone().json()) as Record<string, unknown>, key: request.headers.get(idempotencyHeader) })
    return answers.shift()!()
  })
})
afterEach(() => {
  client.clear()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const states = () => outbox.items('7').map((i) => i.state)
const entries = () => client.getQueryData<Entries>(keys.entries('7'))!

describe('Outbox', () => {
  it('tells the server what a mail says beside its text', async () => {
    answers = [stored(15)]
    await outbox.send('7', { ...message, mail: { html: '<p>About an hour.</p>', to: ['z@p.example'], cc: [], from_id: '4', send_at: '2026-05-15T07:00:00Z', draft: '{}' } })
    expect(asked[0]?.body).toMatchObject({ text: 'About an hour.', html: '<p>About an hour.</p>', to: ['z@p.example'], from_id: '4', send_at: '2026-05-15T07:00:00Z' })
    expect(Object.keys(asked[0]?.body ?? {})).not.toContain('cc')
    expect(Object.keys(asked[0]?.body ?? {})).not.toContain('draft')
  })

  it('shows a message at once and hands it over to the timeline when it is stored', async () => {
    answers = [stored(15)]
    const sent = outbox.send('7', message)
    expect(states()).toEqual(['sending'])
    expect(await sent).toBe(true)
    expect(states()).toEqual([])
    expect(entries().map((e) => e.seq)).toEqual([14, 15])
    expect(asked[0]?.body).toMatchObject({ text: 'About an hour.', based_on_seq: 14, attachment_ids: [] })
    expect(localStorage).toHaveLength(0)
  })

  it('is confirmed by the frame too, whichever comes first', async () => {
    answers = [stored(15)]
    const sent = outbox.send('7', message)
    const clientId = outbox.items('7')[0]!.client_id
    const arrived = entry(15, { client_id: clientId, author: 'agent' })
    desk.entry('7', arrived)
    outbox.confirm('7', [arrived])
    expect(states()).toEqual([])
    await sent
    expect(entries()).toHaveLength(2)
  })

  it('asks before sending what was written without the newest message, and forces it only then', async () => {
    answers = [refused(409, 'reply.stale', { count: 2 })]
    expect(await outbox.send('7', message)).toBe(false)
    expect(outbox.items('7')[0]).toMatchObject({ state: 'stale', newer: 2 })
    expect(client.getQueryState(keys.entries('7'))?.isInvalidated).toBe(true)
    answers = [stored(17)]
    expect(await outbox.retry('7', outbox.items('7')[0]!.client_id, true)).toBe(true)
    expect(asked.map((a) => [a.body.client_id === asked[0]?.body.client_id, a.body.force])).toEqual([
      [true, undefined],
      [true, true],
    ])
  })

  it('asks too where a colleague has answered, and says who', async () => {
    answers = [refused(409, 'reply.answered', { count: 1, agent: 'Marta' })]
    expect(await outbox.send('7', message)).toBe(false)
    expect(outbox.items('7')[0]).toMatchObject({ state: 'stale', answeredBy: 'Marta' })
    expect(client.getQueryState(keys.entries('7'))?.isInvalidated).toBe(true)
  })

  it('keeps what failed, over a reload too, under the same name', async () => {
    answers = [refused(422, 'fields')]
    await outbox.send('7', message)
    expect(states()).toEqual(['failed'])
    const reloaded = new Outbox(client, 'me')
    expect(reloaded.items('7')).toMatchObject([{ text: 'About an hour.', state: 'failed', client_id: outbox.items('7')[0]!.client_id }])
    expect(new Outbox(client, 'somebody else').items('7')).toEqual([])
    reloaded.drop('7', reloaded.items('7')[0]!.client_id)
    expect(localStorage).toHaveLength(0)
  })

  it('waits for the connection and sends in order when it is back', async () => {
    vi.useFakeTimers()
    answers = Array.from({ length: 3 }, () => lost)
    const both = Promise.all([outbox.send('7', message), outbox.send('7', { ...message, mode: 'note', text: 'Second', mentions: [{ id: '2', name: 'Bálint Kiss' }] })])
    await vi.advanceTimersByTimeAsync(1600)
    expect(await both).toEqual([false, false])
    expect(states()).toEqual(['waiting', 'waiting'])
    asked = []
    answers = [stored(15), stored(16)]
    outbox.retryWaiting()
    await vi.advanceTimersByTimeAsync(0)
    expect(asked.map((a) => a.body.text)).toEqual(['About an hour.', 'Second'])
    expect(asked[1]?.body.mentions).toEqual(['2'])
    expect(states()).toEqual([])
  })

  it('tries again by itself while the connection stands, no sooner than the server asks', async () => {
    vi.useFakeTimers()
    answers = [() => Response.json({ code: 'unavailable' }, { status: 503, headers: { 'Retry-After': '7' } })]
    expect(await outbox.send('7', message)).toBe(false)
    expect(states()).toEqual(['waiting'])
    answers = [stored(15)]
    await vi.advanceTimersByTimeAsync(6900)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(asked[1]?.body.client_id).toBe(asked[0]?.body.client_id)
    expect(states()).toEqual([])
  })

  it('sends one after the other: the second does not leave before the first is stored', async () => {
    let go = () => {}
    const held = new Promise<void>((done) => (go = done))
    vi.stubGlobal('fetch', async (request: Request) => {
      asked.push({ body: (await request.clone().json()) as Record<string, unknown>, key: null })
      if (asked.length === 1) await held
      return stored(14 + asked.length)()
    })
    const both = Promise.all([outbox.send('7', message), outbox.send('7', { ...message, text: 'Second' })])
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    await Promise.resolve()
    expect(asked).toHaveLength(1)
    go()
    expect(await both).toEqual([true, true])
    expect(asked.map((a) => a.body.text)).toEqual(['About an hour.', 'Second'])
  })

  it('sends after a reload what was under way, without a word and under the same name', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => {}))
    void outbox.send('7', message)
    const name = outbox.items('7')[0]!.client_id
    const reloaded = new Outbox(client, 'me')
    expect(reloaded.items('7').map((i) => i.state)).toEqual(['sending'])
    expect(reloaded.unsent()).toBe(1)
    vi.stubGlobal('fetch', async (request: Request) => {
      asked.push({ body: (await request.clone().json()) as Record<string, unknown>, key: null })
      return stored(15)()
    })
    reloaded.retryWaiting()
    await vi.waitFor(() => expect(reloaded.items('7')).toEqual([]))
    expect(asked[0]?.body.client_id).toBe(name)
  })

  it('knows by its name an entry that was read again', async () => {
    answers = [refused(422, 'fields')]
    await outbox.send('7', message)
    outbox.confirm('7', [entry(15, { client_id: outbox.items('7')[0]!.client_id })])
    expect(outbox.items('7')).toEqual([])
    expect(localStorage).toHaveLength(0)
  })

  it('sends although nothing can be kept on this device', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    answers = [stored(15)]
    expect(await outbox.send('7', message)).toBe(true)
    expect(asked).toHaveLength(1)
  })

  describe('of two tabs', () => {
    /** Tabs that hear one another at once and take turns as locks give them. */
    const together = (count: number): Tabs<OutboxNews>[] => {
      const handlers: ((news: OutboxNews) => void)[] = []
      const turns = new Map<string, Promise<void>>()
      return Array.from({ length: count }, (_, self) => ({
        alone: (name, run) => {
          const turn = (turns.get(name) ?? Promise.resolve()).then(run)
          turns.set(name, turn)
          return turn
        },
        tell: (news) => handlers.forEach((handle, other) => other !== self && handle(structuredClone(news))),
        hear: (handle) => void (handlers[self] = handle),
      }))
    }
    const two = () => together(2).map((tabs) => new Outbox(client, 'me', tabs)) as [Outbox, Outbox]
    const texts = (box: Outbox) => box.items('7').map((i) => `${i.state} ${i.text}`)

    it('neither overwrites what the other keeps, and both show all of it', async () => {
      const [one, other] = two()
      answers = [refused(422, 'fields'), refused(422, 'fields')]
      await Promise.all([one.send('7', message), other.send('7', { ...message, text: 'Second' })])
      for (const box of [one, other, new Outbox(client, 'me')]) expect(texts(box)).toEqual(['failed About an hour.', 'failed Second'])
      one.drop('7', one.items('7')[0]!.client_id)
      for (const box of [one, other, new Outbox(client, 'me')]) expect(texts(box)).toEqual(['failed Second'])
      expect(new Outbox(client, 'me').items('7')[0]?.error).toBeInstanceOf(Problem)
    })

    it('one sends at a time: each message leaves once, in the order of both', async () => {
      const [one, other] = two()
      answers = [stored(15), stored(16)]
      const both = Promise.all([one.send('7', message), other.send('7', { ...message, text: 'Second' })])
      expect(await both).toEqual([true, true])
      expect(asked.map((a) => a.body.text)).toEqual(['About an hour.', 'Second'])
      await vi.waitFor(() => expect([texts(one), texts(other)]).toEqual([[], []]))
      expect(localStorage).toHaveLength(0)
    })

    it('what waits leaves once when the connection is back for both', async () => {
      vi.useFakeTimers()
      const [one, other] = two()
      answers = Array.from({ length: 3 }, () => lost)
      const sent = one.send('7', message)
      await vi.advanceTimersByTimeAsync(1600)
      expect(await sent).toBe(false)
      expect(texts(other)).toEqual(['waiting About an hour.'])
      asked = []
      answers = [stored(15)]
      one.retryWaiting()
      other.retryWaiting()
      await vi.advanceTimersByTimeAsync(60_000)
      expect(asked).toHaveLength(1)
      expect([texts(one), texts(other)]).toEqual([[], []])
    })

    it('what was taken back before the turn came is not sent', async () => {
      const [one, other] = two()
      let go = () => {}
      const held = new Promise<void>((done) => (go = done))
      vi.stubGlobal('fetch', async (request: Request) => {
        asked.push({ body: (await request.clone().json()) as Record<string, unknown>, key: null })
        await held
        return stored(15)()
      })
      const first = one.send('7', message)
      const second = other.send('7', { ...message, text: 'Second' })
      await vi.waitFor(() => expect(asked).toHaveLength(1))
      other.drop('7', other.items('7')[1]!.client_id)
      go()
      expect(await Promise.all([first, second])).toEqual([true, false])
      expect(asked).toHaveLength(1)
    })
  })

  it('takes no more than it keeps', async () => {
    answers = Array.from({ length: mostKept }, () => refused(422, 'fields'))
    await Promise.all(Array.from({ length: mostKept }, () => outbox.send('7', message)))
    expect(outbox.full('7')).toBe(true)
    expect(await outbox.send('7', message)).toBe(false)
    expect(outbox.items('7')).toHaveLength(mostKept)
  })
})

describe('DeskCache', () => {
  const list = () => client.getQueryData<typeof emptyList>(keys.list({ view: 'mine', sort: 'deadline' }))!

  it('writes a row into every list and the open conversation', () => {
    client.setQueryData<Detail>(keys.detail('7'), { ...row('7', { interaction_id: 'i1' }), interactions: [{ id: 'i1', state: 'active', direction: 'in', arrived_at: '' }] })
    desk.row(row('7', { subject: 'Delivery', interaction_id: 'i1' }))
    desk.row(row('8'))
    expect(list().rows[0]?.subject).toBe('Delivery')
    expect(list().arrivals.map((r) => r.id)).toEqual(['8'])
    expect(client.getQueryData<Detail>(keys.detail('7'))?.subject).toBe('Delivery')
    expect(client.getQueryState(keys.detail('7'))?.isInvalidated).toBe(false)
  })

  it('asks for the conversation again when its work has moved on', () => {
    client.setQueryData<Detail>(keys.detail('7'), { ...row('7', { interaction_id: 'i1' }), interactions: [{ id: 'i1', state: 'active', direction: 'in', arrived_at: '' }] })
    desk.row(row('7', { interaction_id: 'i1', state: 'wrap_up' }))
    expect(client.getQueryState(keys.detail('7'))?.isInvalidated).toBe(true)
  })

  it('asks for the entries again after a gap', () => {
    desk.entry('7', entry(16))
    expect(entries()).toHaveLength(1)
    expect(client.getQueryState(keys.entries('7'))?.isInvalidated).toBe(true)
  })

  it('shows who types until they stop, write or fall silent', () => {
    vi.useFakeTimers()
    const typing = () => client.getQueryData<{ who: string }[]>(keys.typing('7'))?.map((who) => who.who) ?? []
    const customer = { who: 'customer', name: 'Réka Tóth' }
    desk.typing('7', customer, true)
    desk.typing('7', { who: 'me', name: 'Marta Zając' }, true)
    expect(typing()).toEqual(['customer'])
    desk.typing('7', customer, false)
    expect(typing()).toEqual([])
    desk.typing('7', customer, true)
    desk.entry('7', entry(15))
    expect(typing()).toEqual([])
    desk.typing('7', customer, true)
    vi.advanceTimersByTime(6000)
    expect(typing()).toEqual([])
  })

  it('lets the unread count fall when another device has read, and marks read what the customer has', () => {
    desk.read('7', 'agent', 'me', 13)
    expect(list().rows[0]?.unread).toBe(1)
    desk.read('7', 'agent', 'u2', 14)
    expect(list().rows[0]?.unread).toBe(1)
    client.setQueryData<Entries>(keys.entries('7'), [entry(14, { author: 'agent', delivery: { state: 'sent', at: '' } })])
    desk.read('7', 'customer', undefined, 14)
    expect(entries()[0]?.delivery?.state).toBe('read')
  })

  it('counts again after work has moved, once for many moves', () => {
    vi.useFakeTimers()
    client.setQueryData(keys.counts, { mine: 1 })
    const invalidate = vi.spyOn(client, 'invalidateQueries')
    for (const id of ['20', '21', '22']) desk.row(row(id))
    desk.row(row('7'))
    vi.advanceTimersByTime(3000)
    expect(invalidate.mock.calls.filter(([f]) => f?.queryKey === keys.counts)).toHaveLength(1)
  })
})

describe('offers', () => {
  it('stand until they expire, the most urgent first', () => {
    const offer = (id: string, expires_at: string) => ({ id, expires_at }) as Offer
    client.setQueryData(offersKey, [])
    const now = Date.parse('2026-05-14T10:00:00Z')
    expect(standing([offer('late', '2026-05-14T10:00:30Z'), offer('gone', '2026-05-14T09:59:59Z'), offer('soon', '2026-05-14T10:00:10Z')], now).map((o) => o.id)).toEqual(['soon', 'late'])
  })
})
