/** What an agent does, derived by the server from presence and work. */
export type Activity = 'offline' | 'away' | 'available' | 'offered' | 'busy' | 'wrap_up'

/** The figures of today. A ratio or mean of nothing is absent, not zero. */
export interface Today {
  offered: number
  answered: number
  abandoned: number
  short_abandoned: number
  /** Waiting still. */
  open: number
  /** Of the open ones: beyond the target already. */
  late: number
  /** Per cent; short abandons left out. */
  sl_e?: number
  /** Per cent; every abandon counts against us. */
  sl_b?: number
  /** Per cent; of several queues weighted by what they were offered. */
  target_percent: number
  /** Absent for several queues. */
  target_seconds?: number
  /** Mean wait of the answered. */
  asa_s?: number
  longest_wait_s: number
  /** Shares of agents in work that ended. */
  handled: number
  /** Mean handle time. */
  aht_s?: number
  /** Answers to surveys. */
  answers: number
  /** Share of the two best marks in per cent. */
  top_two_percent?: number
}

export interface BoardTotals {
  waiting: number
  longest_since?: string
  today: Today
  agents: Partial<Record<Activity, number>>
}

export interface BoardQueue {
  id: string
  name: string
  brand_id: string
  waiting: number
  /** Since when who waits longest has waited; absent when nobody waits. */
  longest_since?: string
  offered_now: number
  active: number
  today: Today
}

/** An agent's membership of a queue. */
export interface Serves {
  id: string
  /** Gets work from it now; else paused there. */
  enabled: boolean
}

export type WorkState = 'offered' | 'active' | 'parked' | 'wrap_up'

/** An interaction that an agent has or is offered. */
export interface WorkItem {
  interaction_id: string
  conversation_id: string
  queue_id?: string
  channel: string
  state: WorkState
  /** Initials for those who may not read names. */
  customer?: string
  since?: string
}

export type PresenceState = 'offline' | 'available' | 'away'

export interface BoardAgent {
  id: string
  name: string
  presence: PresenceState
  reason_id?: string
  /** Name of the reason for being away. */
  reason?: string
  /** Why the system set the presence: missed_offer, lost. */
  system?: string
  since?: string
  /** What begins when the present work ends. */
  next?: PresenceState
  activity: Activity
  /** Units of work now, of capacity. */
  load: number
  capacity: number
  /** Classes of channels on which work is given. */
  channels: Record<string, boolean>
  queues: Serves[]
  skills: { id: string; name: string; level: number }[]
  work: WorkItem[]
}

export interface Board {
  at: string
  /** False: routing did not answer, so that states come from the records alone. */
  live: boolean
  totals: BoardTotals
  queues: BoardQueue[]
  agents: BoardAgent[]
}
