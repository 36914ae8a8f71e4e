import type { Schemas } from '@/lib/api'
import type { Thing } from '../types'

export type SlaPolicy = Schemas['SlaPolicyShown'] & Thing
export type Escalation = Schemas['EscalationBody']

/** The promises that a policy may make, in the order of a case's life. */
export const clockKinds = ['first_response', 'next_response', 'resolution'] as const
export type ClockKind = (typeof clockKinds)[number]

/** A promise as it is edited: its times in minutes. */
export interface PolicyInput {
  name: string
  brand_id: string | null
  priority: SlaPolicy['priority'] | null
  topic: string
  targets: Partial<Record<ClockKind, number>>
  hours: SlaPolicy['hours']
  calendar_id: string | null
  warn_percent: number
  pauses: string[]
  escalations: Escalation[]
  /** Of the policy that is edited; never shown. */
  version: number
}

const minute = 60 // seconds

export const blankPolicy: PolicyInput = {
  name: '',
  brand_id: null,
  priority: null,
  topic: '',
  targets: { first_response: 60, resolution: 24 * 60 },
  hours: 'business',
  calendar_id: null,
  warn_percent: 80,
  pauses: ['waiting_customer'],
  escalations: [{ on: 'breached', act: 'notify_owner' }],
  version: 0,
}

export function policyInput({ name, brand_id, priority, topic, targets, hours, calendar_id, warn_percent, pauses, escalations, version }: SlaPolicy): PolicyInput {
  const inMinutes = Object.fromEntries(clockKinds.flatMap((kind) => (targets[kind] ? [[kind, targets[kind] / minute]] : [])))
  return { name, brand_id: brand_id ?? null, priority: priority ?? null, topic: topic ?? '', targets: inMinutes, hours, calendar_id: calendar_id ?? null, warn_percent, pauses, escalations, version }
}

/** What is sent of it; a calendar counts only in business hours. */
export function policyBody({ name, priority, topic, targets, hours, calendar_id, warn_percent, pauses, escalations }: PolicyInput) {
  const inSeconds = Object.fromEntries(Object.entries(targets).flatMap(([kind, n]) => (n ? [[kind, Math.round(n * minute)]] : [])))
  return {
    name,
    targets: inSeconds,
    hours,
    warn_percent,
    pauses,
    escalations: escalations.map(escalationBody),
    ...(priority && { priority }),
    ...(topic.trim() && { topic: topic.trim() }),
    ...(hours === 'business' && calendar_id && { calendar_id }),
  }
}

/** Keeps of an escalation what its act knows. */
function escalationBody({ on, clock, act, user_id, team_id }: Escalation): Escalation {
  return { on, act, ...(clock && { clock }), ...(act === 'move_owner' && user_id && { user_id }), ...((act === 'move_owner' || act === 'notify_team') && team_id && { team_id }) }
}
