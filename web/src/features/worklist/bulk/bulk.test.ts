import { describe, expect, it } from 'vitest'
import { sessionWith } from '@/testing/render'
import type { Row } from '../../conversation/types'
import { fits, rangeOf, runBulk } from './bulk'

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
  const outcomes: string[] = []
  const tell = (id: string, { state }: { state: string }) => void outcomes.push(`${id} ${state}`)

  it('goes on after one that fails, one at a time', async () => {
    outcomes.length = 0
    await runBulk(rows.slice(0, 2), async ({ id }) => (id === '1' ? Promise.reject(new Error('refused')) : undefined), tell, new AbortController().signal)
    expect(outcomes).toEqual(['1 running', '1 failed', '2 running', '2 done'])
  })

  it('ends where it is stopped', async () => {
    outcomes.length = 0
    const stop = new AbortController()
    await runBulk(rows, async () => stop.abort(), tell, stop.signal)
    expect(outcomes).toEqual(['1 running', '1 done'])
  })

  it('leaves out what cannot be part of it', () => {
    const session = sessionWith('conversation.reply')
    expect(fits(row('1'), 'park', session)).toBe(true)
    expect(fits(row('1', { state: 'wrap_up' }), 'resolve', session)).toBe(true)
    expect(fits(row('1', { state: 'closed' }), 'transfer', session)).toBe(false)
    expect(fits(row('1', { agent: { id: '2', name: 'Bálint Kiss' } }), 'park', session)).toBe(false)
  })
})
