import { describe, expect, it } from 'vitest'
import { alone, beside, mixBody, mixInput } from './mix'

const standard = mixInput({ loads: { call: 100, video: 100, chat: 30, mail: 20, social: 20 }, limits: {}, interrupts: { call: ['mail', 'social'], video: ['mail', 'social'], chat: [], mail: [], social: [] } })

describe('the work mix in figures', () => {
  it('tells how many of each an agent can have', () => {
    expect(alone(standard, 100)).toEqual({ call: 1, video: 1, chat: 3, mail: 5, social: 5 })
    expect(alone({ ...standard, limits: { ...standard.limits, chat: 2 } }, 100).chat).toBe(2)
    // One always fits into who has nothing else, however much it takes.
    expect(alone(standard, 50)).toEqual({ call: 1, video: 1, chat: 1, mail: 2, social: 2 })
  })

  it('tells what comes beside an interaction', () => {
    expect(beside(standard, 'call', 100)).toEqual({ call: 0, video: 0, chat: 0, mail: 0, social: 0 })
    expect(beside(standard, 'chat', 100)).toEqual({ call: 0, video: 0, chat: 2, mail: 3, social: 3 })
    // A call interrupts mail: its units do not stand in the way.
    expect(beside(standard, 'mail', 100)).toEqual({ call: 1, video: 1, chat: 2, mail: 4, social: 4 })
    expect(beside({ ...standard, limits: { ...standard.limits, mail: 2 } }, 'mail', 100).mail).toBe(1)
  })

  it('sends what is set and leaves out what is as usual', () => {
    expect(mixBody({ ...standard, loads: { ...standard.loads, chat: null }, limits: { ...standard.limits, chat: 2 } })).toEqual({
      loads: { call: 100, video: 100, mail: 20, social: 20 },
      limits: { chat: 2 },
      interrupts: { call: ['mail', 'social'], video: ['mail', 'social'], chat: [], mail: [], social: [] },
    })
  })
})
