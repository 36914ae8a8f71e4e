import { describe, expect, it } from 'vitest'
import { candidates } from './candidates'
import { belowTarget, levelTone, sumToday, waitTone } from './judge'
import { someAgent, someBoard, someDay, someQueue } from './sample'
import { viewOf } from './view'

const now = Date.parse('2026-03-14T10:00:00Z')
const since = (seconds: number) => new Date(now - seconds * 1000).toISOString()
const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)

describe('service levels', () => {
  it.each([
    [undefined, 'neutral'],
    [80, 'ok'],
    [79.9, 'warn'],
    [75, 'warn'],
    [74.9, 'danger'],
  ] as const)('of %s against 80 are %s', (sl_e, tone) => expect(levelTone(someDay({ sl_e }))).toBe(tone))

  it('below target stand where somebody waits first, then by how far', () => {
    const queue = (id: string, sl_e: number, waiting: number) => someQueue(id, { waiting, today: someDay({ sl_e }) })
    expect(belowTarget([queue('near', 79, 0), queue('fine', 90, 9), queue('far', 40, 0), queue('waits', 78, 1)]).map((q) => q.id)).toEqual(['waits', 'far', 'near'])
  })
})

describe('waits', () => {
  it.each([
    [14, 'neutral'],
    [15, 'warn'],
    [20, 'warn'],
    [21, 'danger'],
  ] as const)('of %d seconds against 20 are %s', (seconds, tone) => expect(waitTone(someQueue('a', { waiting: 1, longest_since: since(seconds) }), now)).toBe(tone))

  it('of nobody are neither', () => expect(waitTone(someQueue('a', { longest_since: since(99) }), now)).toBe('neutral'))
})

describe('the sum of queues', () => {
  it('weights shares by what they are shares of', () => {
    const one = someQueue('a', { today: someDay({ offered: 100, answered: 90, abandoned: 10, sl_e: 80, sl_b: 70, handled: 90, aht_s: 100, asa_s: 10, answers: 0 }) })
    const two = someQueue('b', { today: someDay({ offered: 10, answered: 10, sl_e: 100, sl_b: 100, handled: 30, aht_s: 20, asa_s: 20, answers: 4, top_two_percent: 75 }) })
    const sum = sumToday([one, two])
    expect(sum).toMatchObject({ offered: 110, answered: 100, abandoned: 10, aht_s: 80, asa_s: 11, top_two_percent: 75, target_percent: 80 })
    expect(sum.sl_e).toBeCloseTo((80 * 100 + 100 * 10) / 110)
    expect(sum.sl_b).toBeCloseTo((70 * 100 + 100 * 10) / 110)
  })

  it('of nothing has no shares', () => expect(sumToday([someQueue('a')])).toMatchObject({ sl_e: undefined, aht_s: undefined, target_percent: 80 }))
})

describe('a view', () => {
  const work = (id: string, queue: string, seconds: number) => ({ interaction_id: id, conversation_id: id, queue_id: queue, channel: 'webchat', state: 'active' as const, since: since(seconds) })
  const board = someBoard(
    [someQueue('a', { waiting: 2, longest_since: since(30) }), someQueue('b', { brand_id: '2', waiting: 1, longest_since: since(90) })],
    [someAgent('1', { queues: [{ id: 'a', enabled: true }, { id: 'b', enabled: false }], work: [work('w1', 'a', 10), work('w2', 'b', 50)] }), someAgent('2')],
  )

  it('has agents in every queue of theirs, and apart those in none', () => {
    const view = viewOf(board, undefined, byName)
    expect(view.members.get('a')?.map((m) => m.id)).toEqual(['1'])
    expect(view.members.get('b')?.map((m) => m.id)).toEqual(['1'])
    expect(view.idle.map((m) => m.id)).toEqual(['2'])
    expect(view.contacts.map((c) => c.work.interaction_id)).toEqual(['w2', 'w1'])
  })

  it('of a brand has its queues, contacts and sums only', () => {
    const view = viewOf(board, '1', byName)
    expect(view.queues.map((q) => q.id)).toEqual(['a'])
    expect(view.contacts.map((c) => c.work.interaction_id)).toEqual(['w1'])
    expect(view.totals).toMatchObject({ waiting: 2, longest_since: since(30) })
  })
})

describe('help for a queue', () => {
  it('comes from the free first, then from the queues that do best', () => {
    const board = someBoard(
      [someQueue('worst', { today: someDay({ sl_e: 50 }) }), someQueue('good', { today: someDay({ sl_e: 99 }) }), someQueue('fair', { today: someDay({ sl_e: 85 }) })],
      [
        someAgent('there', { queues: [{ id: 'worst', enabled: true }] }),
        someAgent('fair', { queues: [{ id: 'fair', enabled: true }] }),
        someAgent('good', { queues: [{ id: 'fair', enabled: true }, { id: 'good', enabled: true }] }),
        someAgent('busy', { activity: 'busy', queues: [{ id: 'good', enabled: true }] }),
        someAgent('home', { activity: 'offline' }),
        someAgent('spare'),
      ],
    )
    expect(candidates(board, 'worst').map(({ agent, from }) => [agent.id, from?.id])).toEqual([
      ['spare', undefined],
      ['good', 'good'],
      ['fair', 'fair'],
      ['busy', 'good'],
    ])
  })
})
