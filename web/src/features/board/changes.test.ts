import { describe, expect, it } from 'vitest'
import { type Change, changed, dropChange, inverse, nowhere, withChanges } from './changes'
import { takeAgent, takeQueue, takeTotals } from './frames'
import { someAgent, someBoard, someDay, someQueue } from './sample'

const at = '2026-03-14T10:00:00Z'
const inA = someAgent('1', { queues: [{ id: 'a', enabled: true }] })
const move: Change = { kind: 'move', agent: '1', from: 'a', to: 'b' }

describe('frames', () => {
  const board = someBoard([someQueue('a'), someQueue('b')], [inA])

  it('renew the row of a queue and of an agent where they stand', () => {
    const next = takeAgent(takeQueue(board, someQueue('a', { waiting: 3 })), someAgent('1', { activity: 'busy' }))
    expect(next.queues.map((q) => q.waiting)).toEqual([3, 0])
    expect(next.agents.map((a) => a.activity)).toEqual(['busy'])
    expect(next.queues[1]).toBe(board.queues[1])
  })

  it('bring in by name who was not there', () => {
    expect(takeQueue(board, someQueue('c', { name: 'Accounts' })).queues.map((q) => q.id)).toEqual(['c', 'a', 'b'])
  })

  it('renew the sums', () => {
    expect(takeTotals(board, { waiting: 4, today: someDay({ offered: 9 }), agents: {} }).totals.waiting).toBe(4)
  })
})

describe('changes over the board', () => {
  it('move an agent, and nobody else', () => {
    const other = someAgent('2', { queues: [{ id: 'a', enabled: true }] })
    const shown = withChanges(someBoard([], [inA, other]), [move])
    expect(shown.agents[0]?.queues).toEqual([{ id: 'b', enabled: true }])
    expect(shown.agents[1]).toEqual(other)
  })

  it('stay over frames that do not know them yet', () => {
    const told = takeAgent(someBoard([], [inA]), { ...inA, load: 50 })
    expect(withChanges(told, [move]).agents[0]).toMatchObject({ load: 50, queues: [{ id: 'b' }] })
    expect(withChanges(told, [])).toBe(told)
  })

  it('change nothing where the server has made them already', () => {
    const moved = changed(inA, move)
    expect(changed(moved, move)).toEqual(moved)
  })

  it('let a state wait for the end of the present work', () => {
    const lunch: Change = { kind: 'presence', agent: '1', state: 'away', reasonId: '7', reason: 'Lunch', next: true, at }
    expect(changed(someAgent('1', { activity: 'busy' }), lunch)).toMatchObject({ presence: 'available', activity: 'busy', next: 'away' })
    expect(changed(someAgent('1', { activity: 'busy' }), { ...lunch, next: false })).toMatchObject({ presence: 'away', activity: 'busy', reason: 'Lunch' })
    expect(changed(someAgent('1'), { ...lunch, next: false })).toMatchObject({ presence: 'away', activity: 'away', since: at })
  })
})

describe('undoing', () => {
  const back = (change: Change, before = inA) => inverse(change, before, at).reduce(changed, changed(before, change))

  it.each<[string, Change]>([
    ['a move', move],
    ['an adding', { kind: 'membership', agent: '1', queue: 'b', member: true, enabled: true }],
    ['a removal', { kind: 'membership', agent: '1', queue: 'a', member: false, enabled: false }],
    ['a pause', { kind: 'membership', agent: '1', queue: 'a', member: true, enabled: false }],
    ['a channel', { kind: 'channels', agent: '1', channels: { chat: false } }],
    ['a state', { kind: 'presence', agent: '1', state: 'offline', next: false, at }],
  ])('%s makes the agent what they were', (_, change) => {
    const { queues, channels, presence } = back(change)
    expect({ queues, channels, presence }).toEqual({ queues: inA.queues, channels: inA.channels, presence: inA.presence })
  })

  it('a move keeps them in a queue in which they were before it', () => {
    const inBoth = someAgent('1', { queues: [{ id: 'a', enabled: true }, { id: 'b', enabled: false }] })
    expect(back(move, inBoth).queues).toEqual(inBoth.queues)
  })
})

describe('dropping', () => {
  it.each([
    ['on another queue moves', 'a', 'b', 'move'],
    ['on no queue removes', 'a', nowhere, 'membership'],
    ['from no queue adds', nowhere, 'b', 'membership'],
    ['where they are does nothing', 'a', 'a', undefined],
    ['from no queue where they are does nothing', nowhere, 'a', undefined],
  ])('%s', (_, from, to, kind) => {
    expect(dropChange(inA, from, to)?.kind).toBe(kind)
  })
})
