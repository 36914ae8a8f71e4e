import type { Schemas } from '@/lib/api'

/** Figures of visits to queues. What cannot be computed is absent. */
export type VisitFigures = Schemas['VisitFigures']

/** Figures of what agents did. */
export type WorkFigures = Schemas['WorkFigures']

/** Figures of agents' time, by the clock on the wall. */
export type TimeFigures = Schemas['TimeFigures']

/** What the interactions behind a row are asked for by. */
export type DrillParams = Partial<Schemas['DrillParams']>

export type FigureRow = Omit<Schemas['FigureRow'], 'drill'> & { drill: DrillParams }
export type FigureTable = Omit<Schemas['FiguresOutputBody'], 'rows' | 'total'> & { rows: FigureRow[]; total: FigureRow }

/** One thing that a figure counts: a visit, an offer, a share of work, an opinion. */
export type Drilled = Schemas['DrilledRow']

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
