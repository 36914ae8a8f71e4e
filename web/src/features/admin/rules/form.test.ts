import { describe, expect, it } from 'vitest'
import { blankRule, grouped, newRuleBody, ruleBody, sent, unitOf } from './form'

const vip = { field: 'conversation.tags', op: 'has', values: ['vip'] }

describe('conditions of a rule', () => {
  it('are a group in the form, however they are kept', () => {
    expect(grouped(undefined)).toEqual({ all: [] })
    expect(grouped({})).toEqual({ all: [] })
    expect(grouped(vip)).toEqual({ all: [vip] })
    expect(grouped({ any: [vip] })).toEqual({ any: [vip] })
  })

  it('are sent without groups that hold nothing', () => {
    expect(sent({ all: [] })).toBeUndefined()
    expect(sent({ all: [vip, { any: [] }, { all: [{ any: [] }] }] })).toEqual({ all: [vip] })
    expect(sent({ any: [vip, { all: [vip] }] })).toEqual({ any: [vip, { all: [vip] }] })
  })
})

describe('a rule', () => {
  it('of every brand names none when it is made, and zero when it is changed', () => {
    expect(newRuleBody({ ...blankRule, name: 'VIP' })).toEqual({ name: 'VIP', active: false, program: { when: { on: 'message.in' }, if: undefined, do: [{ do: 'add_tags' }] } })
    expect(ruleBody({ ...blankRule, rev: 4 }, blankRule)).toMatchObject({ brand_id: '0', rev: 4 })
  })

  it('is switched only by who switches it', () => {
    expect(ruleBody(blankRule, blankRule)).not.toHaveProperty('active')
    expect(ruleBody({ ...blankRule, active: true }, blankRule)).toMatchObject({ active: true })
  })

  it('counts in the largest whole unit', () => {
    expect([1, 59, 60, 90, 1440, 4320, 0].map(unitOf)).toEqual(['minutes', 'minutes', 'hours', 'minutes', 'days', 'days', 'minutes'])
  })
})
