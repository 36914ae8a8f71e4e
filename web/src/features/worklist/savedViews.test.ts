import { describe, expect, it } from 'vitest'
import { type Saved, keptOf, partsOf, searchOf, sharedWithOf, sharingOf, shows } from './savedViews'

const view = (more: Partial<Saved> = {}): Saved => ({ id: '1', name: 'Nights', shared: 'own', mine: true, editable: true, rev: 1, changed_at: '2026-05-14T10:00:00Z', query: { view: 'queues', queue_id: 'q1', sort: 'newest' }, ...more })

describe('a saved view', () => {
  it('comes back as the address that it was saved from', () => {
    const address = { view: 'queues', queue: 'q1', brand: undefined, channel: undefined, q: 'paczka', sort: 'newest', c: undefined } as const
    expect(searchOf({ query: keptOf(address) }, undefined)).toEqual(address)
  })
  it('is marked where the list shows just what it keeps, whatever conversation is open', () => {
    expect(shows({ view: 'queues', queue: 'q1', sort: 'newest', c: '7' }, view())).toBe(true)
    expect(shows({ view: 'queues', queue: 'q2', sort: 'newest' }, view())).toBe(false)
    expect(shows({ view: 'queues', queue: 'q1' }, view())).toBe(false)
  })
  it.each(['own', 'all', '12'])('says in one choice with whom it is shared: %s', (choice) => expect(sharedWithOf({ ...sharingOf(choice) })).toBe(choice))
  it('names the team only where one has it', () => {
    expect(sharingOf('12')).toEqual({ shared: 'team', team_id: '12' })
    expect(sharingOf('all')).toEqual({ shared: 'all' })
  })
  it('is among the own or the others', () => {
    const [a, b] = [view(), view({ id: '2', mine: false, shared: 'all', owner_name: 'Lena' })]
    expect(partsOf([a, b])).toEqual({ mine: [a], others: [b] })
  })
})
