import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toastMillis } from '@/kit/toast'
import { sessionWith } from '@/testing/render'
import type { Row } from '../../conversation/types'
import { HeldActs } from '../../conversation/held'
import { type Outcome, doBulk, fits, rangeOf } from './bulk'
import { BulkRun } from './run'

const row = (id: string, more: Partial<Row> = {}): Row => ({ id, brand_id: 'b', channel: 'webchat', customer: { id: 'c', name: 'Réka Tóth' }, preview: '', last_entry_at: '', last_seq: 1, unread: 0, state: 'active', priority: 0, tags: [], draft: false, agent: { id: '1', name: 'Marta Zając' }, ...more })
const rows = ['1', '2', '3', '4'].map((id) => row(id))

describe('a range', () => {
  it.each([
    ['1', '3', ['1', '2', '3']],
    ['4', '2', ['2', '3', '4']],
    [undefined, '3', ['3']],
    ['gone', '1', ['1']],
    ['1', 'gone', []],
  ])('from %s to %s', (anchor, to, want) => expect(rangeOf(rows, anchor, to)).toEqual(want))
})

describe('an act on many', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it('leaves out what cannot be part of it', () => {
    const session = sessionWith('conversation.reply')
    expect(fits(row('1'), 'park', session)).toBe(true)
    expect(fits(row('1', { state: 'wrap_up' }), 'resolve', session)).toBe(true)
    expect(fits(row('1', { state: 'closed' }), 'transfer', session)).toBe(false)
    expect(fits(row('1', { agent: { id: '2', name: 'Bálint Kiss' } }), 'park', session)).toBe(false)
  })

  it('is one request, and tells how it went with each', async () => {
    const asked: unknown[] = []
    vi.stubGlobal('fetch', async (request: Request) => {
      asked.push(await request.json())
      return Response.json({ items: [{ id: '1', done: true }, { id: '2', done: false, code: 'required', field: 'disposition_id' }] })
    })
    const outcomes = await doBulk(['1', '2', '3'], { kind: 'resolve', disposition: '5', note: 'All at once' })
    expect(asked).toEqual([{ ids: ['1', '2', '3'], act: 'resolve', disposition_id: '5', note: 'All at once' }])
    expect(outcomes.get('1')).toEqual({ done: true })
    expect(outcomes.get('2')).toMatchObject({ done: false, code: 'required', field: 'disposition_id' })
    expect(outcomes.get('3')?.done).toBe(false)
  })

  it('tells of each that it was not done where the whole was refused', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ code: 'forbidden' }, { status: 403 }))
    const outcomes = await doBulk(['1', '2'], { kind: 'transfer', queue: '7' })
    expect([...outcomes.values()].map((o) => o.done)).toEqual([false, false])
  })
})

describe('an act on many that is held back', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const begin = (interruption?: Outcome) => {
    const held = new HeldActs()
    const send = vi.fn(async (ids: readonly string[]) => new Map(ids.map((id): [string, Outcome] => [id, { done: true }])))
    const onDone = vi.fn()
    const onSettled = vi.fn()
    const run = new BulkRun(held, { rows: rows.slice(0, 3), expected: { state: 'closed' }, send, interruption, onSettled, onDone })
    return { held, send, onDone, onSettled, run }
  }

  it('is shown at once and leaves as one when its time is over', async () => {
    const { held, send, onDone, onSettled } = begin()
    expect(['1', '2', '3', '4'].map((id) => held.expected(id)?.state)).toEqual(['closed', 'closed', 'closed', undefined])
    await vi.advanceTimersByTimeAsync(toastMillis)
    expect(send).toHaveBeenCalledExactlyOnceWith(['1', '2', '3'], false)
    expect(onDone).toHaveBeenCalledTimes(1)
    expect(onSettled).toHaveBeenCalled()
    expect(held.expected('1')).toBeUndefined()
  })

  it('is taken back as one, and not when it is too late', async () => {
    const first = begin()
    expect(first.run.cancel()).toBe(true)
    await vi.runAllTimersAsync()
    expect(first.send).not.toHaveBeenCalled()
    const late = begin()
    await vi.runAllTimersAsync()
    expect(late.run.cancel()).toBe(false)
  })

  it('goes at once, all of it, when one of them is worked on or the page is left', async () => {
    const { held, send } = begin()
    expect(await held.flush('2')).toBe(true)
    await held.flushAll(true)
    expect(send).toHaveBeenCalledExactlyOnceWith(['1', '2', '3'], false)
  })

  it('spares those whose customers write, and says so of them', async () => {
    const { held, send, onDone } = begin({ done: false, code: 'written_again' })
    held.interrupt('2')
    await vi.runAllTimersAsync()
    expect(send).toHaveBeenCalledExactlyOnceWith(['1', '3'], false)
    expect(Object.fromEntries(onDone.mock.calls[0]?.[0] as ReadonlyMap<string, Outcome>)).toEqual({ '1': { done: true }, '2': { done: false, code: 'written_again' }, '3': { done: true } })
  })
})
