import { describe, expect, it } from 'vitest'
import type { ListQuery, Row } from '../conversation/types'
import { deadlineOf } from './DeadlineChip'
import { type ListState, addPage, belongs, compareBy, emptyList, isUntidy, loseRow, mergeFresh, neighbour, removeRow, takeRow, tidy } from './list'
import { queryOf, readSearch } from './search'

const me = 'u1'
const looker = { me, queues: new Set(['q1']) }
const mine: ListQuery = { view: 'mine', sort: 'deadline' }

const row = (id: string, more: Partial<Row> = {}): Row => ({
  id,
  brand_id: 'b1',
  channel: 'webchat',
  customer: { id: 'c', name: 'Réka Tóth' },
  preview: '',
  last_entry_at: '2026-05-14T10:00:00Z',
  last_seq: 1,
  unread: 0,
  priority: 0,
  tags: [],
  state: 'active',
  agent: { id: me, name: 'Marta Zając' },
  queue: { id: 'q1', name: 'Technical' },
  draft: false,
  ...more,
})
const list = (...rows: Row[]): ListState => ({ ...emptyList, rows })
const ids = (rows: readonly Row[]) => rows.map((r) => r.id)

describe('belongs', () => {
  it.each<[string, Partial<Row>, Partial<ListQuery>, boolean | undefined]>([
    ['what I work on is mine', {}, {}, true],
    ['what is offered to me is not mine yet', { state: 'offered' }, {}, false],
    ['what a colleague has is not mine', { agent: { id: 'u2', name: 'Bálint Kiss' } }, {}, false],
    ['what is closed is not mine any more', { state: 'closed' }, {}, false],
    ['who waits in my queue', { state: 'queued' }, { view: 'queues' }, true],
    ['who waits in another queue', { state: 'queued', queue: { id: 'q2', name: 'VIP' } }, { view: 'queues' }, false],
    ['whom somebody has does not wait', {}, { view: 'queues' }, false],
    ['who waits is unassigned', { state: 'offered' }, { view: 'unassigned' }, true],
    ['closed ones are among the closed', { state: 'closed' }, { view: 'closed' }, true],
    ['only the server knows mentions', {}, { view: 'mentions' }, undefined],
    ['another brand is filtered out', {}, { brand: 'b2' }, false],
    ['another queue is filtered out', {}, { queue: 'q2' }, false],
    ['another channel is filtered out', {}, { channel: 'email' }, false],
    ['only the server can search', {}, { q: 'reka' }, undefined],
    ['but what is not in the view needs no search', { state: 'closed' }, { q: 'reka' }, false],
  ])('%s', (_, part, query, want) => expect(belongs(row('1', part), { ...mine, ...query }, looker)).toBe(want))

  it('cannot tell queues before they are known', () => {
    expect(belongs(row('1', { state: 'queued' }), { ...mine, view: 'queues' }, { me, queues: undefined })).toBeUndefined()
  })
})

describe('takeRow', () => {
  it('changes a known row in its place', () => {
    const next = takeRow(list(row('1'), row('2')), row('1', { unread: 3, due_at: '2030-01-01T00:00:00Z' }), mine, looker)
    expect(ids(next.rows)).toEqual(['1', '2'])
    expect(next.rows[0]?.unread).toBe(3)
  })

  it('lets a new row wait beside the list, once', () => {
    const once = takeRow(list(row('1')), row('2'), mine, looker)
    const twice = takeRow(once, row('2', { unread: 1 }), mine, looker)
    expect(ids(twice.rows)).toEqual(['1'])
    expect(twice.arrivals).toEqual([row('2', { unread: 1 })])
  })

  it('lets in at once what the person has taken themselves, and what comes to an empty list', () => {
    const due = (hour: number) => ({ due_at: `2030-01-01T0${hour}:00:00Z` })
    expect(ids(takeRow(list(row('1', due(1)), row('3', due(3))), row('2', due(2)), mine, looker, true).rows)).toEqual(['1', '2', '3'])
    expect(takeRow(emptyList, row('2'), mine, looker)).toMatchObject({ rows: [row('2')], arrivals: [] })
  })

  it('leaves to a later page what sorts behind the last loaded row', () => {
    const edge = row('5', { due_at: '2030-01-01T05:00:00Z' })
    const long: ListState = { ...list(edge), next: 'n', edge }
    expect(takeRow(long, row('6', { due_at: '2030-01-01T06:00:00Z' }), mine, looker)).toBe(long)
    expect(ids(takeRow(long, row('4', { due_at: '2030-01-01T04:00:00Z' }), mine, looker).arrivals)).toEqual(['4'])
    const moved = takeRow(long, row('5', { due_at: '2030-01-01T09:00:00Z' }), mine, looker)
    expect(ids(moved.rows)).toEqual(['5'])
    expect(ids(tidy(moved, 'deadline').rows)).toEqual([])
  })

  it('forgets an arrival that left before it came in, and does not touch a list that it does not concern', () => {
    const arrived = takeRow(list(row('1')), row('2'), mine, looker)
    expect(takeRow(arrived, row('2', { state: 'closed' }), mine, looker).arrivals).toEqual([])
    expect(takeRow(arrived, row('3', { state: 'closed' }), mine, looker)).toBe(arrived)
    expect(loseRow(arrived, '9')).toBe(arrived)
  })

  it('keeps a row that left in its place, marked, until it comes back', () => {
    const gone = takeRow(list(row('1'), row('2')), row('1', { state: 'closed' }), mine, looker)
    expect(ids(gone.rows)).toEqual(['1', '2'])
    expect([...gone.left]).toEqual(['1'])
    expect(takeRow(gone, row('1'), mine, looker).left.size).toBe(0)
    expect([...loseRow(list(row('2')), '2').left]).toEqual(['2'])
  })
})

describe('tidy', () => {
  it('brings arrivals in by deadline and lets go what left, but for the open one', () => {
    const untidy: ListState = { rows: [row('1', { due_at: '2026-05-14T12:00:00Z' }), row('2'), row('3')], arrivals: [row('4', { due_at: '2026-05-14T11:00:00Z' })], left: new Set(['2', '3']), next: 'n' }
    const next = tidy(untidy, 'deadline', '3')
    expect(ids(next.rows)).toEqual(['4', '1', '3'])
    expect(next).toMatchObject({ arrivals: [], next: 'n' })
    expect([...next.left]).toEqual(['3'])
  })

  it('is due when a row has moved, something waits or something left, but not for the open one alone', () => {
    const [early, late] = [row('1', { due_at: '2030-01-01T01:00:00Z' }), row('2', { due_at: '2030-01-01T02:00:00Z' })]
    expect(isUntidy(list(early, late), 'deadline')).toBe(false)
    expect(isUntidy(list(late, early), 'deadline')).toBe(true)
    expect(isUntidy({ ...list(early), arrivals: [late] }, 'deadline')).toBe(true)
    expect([undefined, '1'].map((open) => isUntidy({ ...list(early), left: new Set(['1']) }, 'deadline', open))).toEqual([true, false])
  })

  it('puts who has waited longest first among equal deadlines', () => {
    const [short, long, none] = [row('1', { unanswered_since: '2026-05-14T09:00:00Z' }), row('3', { unanswered_since: '2026-05-14T08:00:00Z' }), row('2')]
    expect(ids([none, short, long].toSorted(compareBy('deadline')))).toEqual(['3', '1', '2'])
  })

  it('sorts ids as numbers when all else is equal', () => {
    expect(ids([row('10'), row('9'), row('100')].toSorted(compareBy('deadline')))).toEqual(['9', '10', '100'])
  })
})

describe('pages', () => {
  it('add what is not there yet', () => {
    const next = addPage({ ...list(row('1'), row('2')), arrivals: [row('5')], next: 'a' }, { items: [row('2'), row('5'), row('6')], next: undefined }, 'deadline')
    expect(ids(next.rows)).toEqual(['1', '2', '6'])
    expect(next.next).toBeUndefined()
  })

  it('know who comes next when a row goes', () => {
    const rows = [row('1'), row('2'), row('3')]
    expect(['1', '3', '9'].map((id) => neighbour(rows, id)?.id)).toEqual(['2', '2', undefined])
  })

  it('lose a row at once by the own act', () => {
    expect(ids(removeRow(list(row('1'), row('2')), '1').rows)).toEqual(['2'])
  })
})

describe('a list asked anew', () => {
  const shown = list(row('1'), row('2'), row('3'))

  it('stays in its order: what is new waits, what is gone is marked', () => {
    const next = mergeFresh(shown, shown, { ...list(row('4'), row('3', { unread: 2 }), row('1')), next: undefined }, 'deadline')
    expect(ids(next.rows)).toEqual(['1', '2', '3'])
    expect(next.rows[2]?.unread).toBe(2)
    expect(ids(next.arrivals)).toEqual(['4'])
    expect([...next.left]).toEqual(['2'])
  })

  it('believes what came while it was on its way', () => {
    const later: ListState = { rows: [row('2', { last_seq: 9 }), row('3')], arrivals: [row('8')], left: new Set(['3']) }
    const next = mergeFresh(later, shown, list(row('1'), row('2'), row('3')), 'deadline')
    expect(next.rows.map((r) => [r.id, r.last_seq])).toEqual([['2', 9], ['3', 1]])
    expect(ids(next.arrivals)).toEqual(['8'])
    expect([...next.left]).toEqual(['3'])
  })

  it('is shown as it is the first time', () => {
    const fresh = list(row('2'), row('1'))
    expect(mergeFresh(emptyList, emptyList, fresh, 'deadline')).toBe(fresh)
  })
})

describe('deadlineOf', () => {
  const now = Date.parse('2026-05-14T10:00:00Z')
  it.each([
    [12 * 60_000, { late: false, tone: 'neutral', minutes: 12 }],
    [9 * 60_000 + 59_000, { late: false, tone: 'warn', minutes: 9 }],
    [-1000, { late: true, tone: 'danger', minutes: 1 }],
    [3 * 3_600_000, { late: false, tone: 'neutral', minutes: 180 }],
  ])('%d ms from now', (left, want) => expect(deadlineOf(now + left, now)).toEqual(want))
})

describe('the address', () => {
  it('keeps what it knows and fills in what is usual', () => {
    expect(readSearch({ view: 'mine', q: '', c: 42, sort: 'sideways', x: 1 })).toEqual({ view: 'mine', q: undefined, queue: undefined, brand: undefined, sort: undefined, c: '42' })
    expect(queryOf({ view: 'closed' }).sort).toBe('newest')
    expect(queryOf({}).view).toBe('mine')
  })
})
