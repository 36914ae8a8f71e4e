import type { FigureId, Unit } from './registry'
import { type ChartKind, chartKinds } from './search'
import type { FigureRow } from './types'

export type PartId = 'answered' | 'abandoned' | 'other' | 'handled' | 'one'

/** A part of a column, from the ground up. */
export interface ChartPart {
  id: PartId
  color: 'accent' | 'danger' | 'neutral'
  of: (row: FigureRow) => number
}

/** What a chart shows of each row. */
export interface Chart {
  unit: Unit
  /** Whose rows are opened by pressing a bar. */
  figure: FigureId
  parts: ChartPart[]
  /** The number beside the bar; absent where there is none. */
  total: (row: FigureRow) => number | undefined
}

/** The kinds of charts that apply to rows with or without visits. */
export const kindsFor = ({ visits }: FigureRow): ChartKind[] => chartKinds.filter((kind) => kind !== 'level' || visits)

/** The chart of a kind, for rows with or without visits. */
export function chartOf(kind: ChartKind, { visits }: FigureRow): Chart {
  switch (kind) {
    case 'volume':
      return visits ? volume : handled
    case 'level':
      return plain('sl_e', 'percent', (r) => r.visits?.sl.sl_e)
    case 'handle':
      return plain('aht_s', 'seconds', (r) => r.work?.aht_s)
    case 'satisfaction':
      return plain('top_two_percent', 'percent', (r) => r.work?.top_two_percent)
  }
}

const volume: Chart = {
  unit: 'count',
  figure: 'offered',
  parts: [
    { id: 'answered', color: 'accent', of: (r) => r.visits?.answered ?? 0 },
    { id: 'abandoned', color: 'danger', of: (r) => r.visits?.abandoned ?? 0 },
    { id: 'other', color: 'neutral', of: (r) => (r.visits ? r.visits.offered - r.visits.answered - r.visits.abandoned : 0) },
  ],
  total: (r) => r.visits?.offered,
}

const handled: Chart = { unit: 'count', figure: 'handled', parts: [{ id: 'handled', color: 'accent', of: (r) => r.work?.handled ?? 0 }], total: (r) => r.work?.handled }

function plain(figure: FigureId, unit: Unit, of: (row: FigureRow) => number | undefined): Chart {
  return { unit, figure, parts: [{ id: 'one', color: 'accent', of: (r) => of(r) ?? 0 }], total: of }
}

const perCent = 100
const secondSteps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

/** Where the lines of a scale stand: few, round, and the last not below the greatest value. */
export function ticksOf(greatest: number, unit: Unit, most = 5): number[] {
  if (unit === 'percent') return [0, 25, 50, 75, perCent]
  const step = (unit === 'seconds' ? secondSteps.find((s) => s * most >= greatest) : undefined) ?? roundStep(greatest / most)
  return Array.from({ length: Math.max(1, Math.ceil(greatest / step)) + 1 }, (_, i) => i * step)
}

/** The next of 1, 2, 5, 10, 20 … that is not less. */
function roundStep(least: number): number {
  if (least <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5, 10].find((f) => f * power >= least) ?? 10)
}
