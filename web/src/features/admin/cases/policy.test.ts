import { describe, expect, it } from 'vitest'
import { type SlaPolicy, blankPolicy, policyBody, policyInput } from './policy'

const policy: SlaPolicy = { id: '1', version: 3, archived: false, name: 'Urgent', priority: 'urgent', targets: { first_response: 900, resolution: 14_400 }, hours: 'always', warn_percent: 75, pauses: [], escalations: [] }

describe('a promise', () => {
  it('is edited in minutes and sent in seconds', () => {
    const input = policyInput(policy)
    expect(input.targets).toEqual({ first_response: 15, resolution: 240 })
    expect(policyBody(input)).toEqual({ name: 'Urgent', priority: 'urgent', targets: policy.targets, hours: 'always', warn_percent: 75, pauses: [], escalations: [] })
  })
  it('leaves out what is empty, and a calendar outside of business hours', () => {
    const body = policyBody({ ...blankPolicy, name: 'All', topic: ' ', hours: 'always', calendar_id: '5', targets: { first_response: 0, resolution: 90 } })
    expect(body).not.toHaveProperty('topic')
    expect(body).not.toHaveProperty('priority')
    expect(body).not.toHaveProperty('calendar_id')
    expect(body.targets).toEqual({ resolution: 5400 })
    expect(policyBody({ ...blankPolicy, calendar_id: '5' })).toHaveProperty('calendar_id', '5')
  })
  it('keeps of an escalation what its act knows', () => {
    const body = policyBody({ ...blankPolicy, escalations: [{ on: 'warned', act: 'notify_team', user_id: '1', team_id: '2' }, { on: 'breached', act: 'raise_priority', team_id: '2', clock: 'resolution' }] })
    expect(body.escalations).toEqual([{ on: 'warned', act: 'notify_team', team_id: '2' }, { on: 'breached', act: 'raise_priority', clock: 'resolution' }])
  })
})
