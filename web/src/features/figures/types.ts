import type { Ref } from '../conversation/types'

/** Figures of visits to queues. What cannot be computed is absent. */
export interface VisitFigures {
  offered: number
  answered: number
  answered_in_time: number
  abandoned: number
  short_abandoned: number
  overflowed: number
  transferred: number
  callback: number
  closed: number
  /** Waiting still. */
  open: number
  /** Of the open ones: beyond the target already. */
  late: number
  /** Service level in per cent by variant, sl_a to sl_h. */
  sl: Record<string, number>
  asa_s?: number
  abandon_percent?: number
  long_abandon_percent?: number
  time_to_abandon_s?: number
  longest_wait_s: number
}

/** Figures of what agents did. */
export interface WorkFigures {
  offers: number
  accepted: number
  declined: number
  missed: number
  withdrawn: number
  non_response_percent?: number
  handled: number
  aht_s?: number
  talk_s: number
  wrap_up_s: number
  parked_s: number
  transfers_out: number
  transfer_percent?: number
  time_to_transfer_s?: number
  replies: number
  first_reply_s?: number
  answers: number
  top_two_percent?: number
  stars_mean?: number
}

/** Figures of agents' time, by the clock on the wall. */
export interface TimeFigures {
  available_s: number
  away_s: number
  contact_s: number
  idle_s: number
  occupancy_percent?: number
  concurrency?: number
  away?: { reason_id?: string; name?: string; system?: string; seconds: number }[]
}

/** What the interactions behind a row are asked for by. */
export interface DrillParams {
  queue?: string
  brand?: string
  agent?: string
  from?: string
  to?: string
}

export interface FigureRow {
  name?: string
  visits?: VisitFigures
  work?: WorkFigures
  time?: TimeFigures
  drill: DrillParams
}

export interface FigureTable {
  from: string
  to: string
  time_zone: string
  rows: FigureRow[]
  total: FigureRow
  /** Where each figure is defined: anchors of the page about figures. */
  definitions: { figure: string; anchor: string }[]
}

/** One thing that a figure counts: a visit, an offer, a share of work, an opinion. */
export interface Drilled {
  interaction_id: string
  conversation_id: string
  channel: string
  queue?: Ref
  agent?: Ref
  customer?: string
  at: string
  ended_at?: string
  took_s?: number
  result?: string
  stars?: number
}

export const groupings = ['queue', 'agent', 'day', 'interval'] as const
export type Grouping = (typeof groupings)[number]

/** What the table is asked for. */
export interface FigureQuery {
  by: Grouping
  /** Days of the zone, both included. */
  from: string
  to: string
  tz?: string
  step?: 15 | 30 | 60
  queue?: string
  brand?: string
  agent?: string
}
