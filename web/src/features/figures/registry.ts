import type { FigureRow, Grouping } from './types'

/** How a figure is written. */
export type Unit = 'count' | 'percent' | 'seconds' | 'ratio'

interface Spec {
  unit: Unit
  of: (row: FigureRow) => number | undefined
  /** The figures whose interactions lie behind it, the first one shown first. Empty: it counts time, not things. */
  rows: readonly string[]
  /** Of its definition in docs/metrics.md. */
  anchor: string
}

const outOfTime = ['answered_late', 'abandoned', 'answered_in_time'] as const

const specs = {
  offered: { unit: 'count', of: (r) => r.visits?.offered, rows: ['offered'], anchor: 'offered' },
  answered: { unit: 'count', of: (r) => r.visits?.answered, rows: ['answered'], anchor: 'answered' },
  abandoned: { unit: 'count', of: (r) => r.visits?.abandoned, rows: ['abandoned', 'abandoned_short'], anchor: 'abandoned' },
  abandon_percent: { unit: 'percent', of: (r) => r.visits?.abandon_percent, rows: ['abandoned', 'offered'], anchor: 'abandon-rate' },
  sl_e: { unit: 'percent', of: (r) => r.visits?.sl.sl_e, rows: outOfTime, anchor: 'sl-e' },
  sl_b: { unit: 'percent', of: (r) => r.visits?.sl.sl_b, rows: outOfTime, anchor: 'sl-b' },
  asa_s: { unit: 'seconds', of: (r) => r.visits?.asa_s, rows: ['answered'], anchor: 'speed-of-answer' },
  longest_wait_s: { unit: 'seconds', of: (r) => (r.visits?.offered ? r.visits.longest_wait_s : undefined), rows: ['answered', 'abandoned', 'open'], anchor: 'longest-wait' },
  open: { unit: 'count', of: (r) => r.visits?.open, rows: ['open'], anchor: 'open' },
  offers: { unit: 'count', of: (r) => r.work?.offers, rows: ['offers', 'accepted', 'declined', 'missed', 'withdrawn'], anchor: 'offers' },
  missed: { unit: 'count', of: (r) => r.work?.missed, rows: ['missed'], anchor: 'offers' },
  declined: { unit: 'count', of: (r) => r.work?.declined, rows: ['declined'], anchor: 'offers' },
  non_response_percent: { unit: 'percent', of: (r) => r.work?.non_response_percent, rows: ['missed', 'declined', 'accepted'], anchor: 'non-response' },
  handled: { unit: 'count', of: (r) => r.work?.handled, rows: ['handled'], anchor: 'handled' },
  aht_s: { unit: 'seconds', of: (r) => r.work?.aht_s, rows: ['handled'], anchor: 'handle-time' },
  transfer_percent: { unit: 'percent', of: (r) => r.work?.transfer_percent, rows: ['transfers_out', 'handled'], anchor: 'transfers-out' },
  first_reply_s: { unit: 'seconds', of: (r) => r.work?.first_reply_s, rows: ['replies'], anchor: 'first-reply' },
  top_two_percent: { unit: 'percent', of: (r) => r.work?.top_two_percent, rows: ['answers', 'top_two'], anchor: 'satisfaction' },
  available_s: { unit: 'seconds', of: (r) => r.time?.available_s, rows: [], anchor: 'time-by-state' },
  away_s: { unit: 'seconds', of: (r) => r.time?.away_s, rows: [], anchor: 'time-by-state' },
  occupancy_percent: { unit: 'percent', of: (r) => r.time?.occupancy_percent, rows: ['handled'], anchor: 'occupancy' },
  concurrency: { unit: 'ratio', of: (r) => r.time?.concurrency, rows: ['handled'], anchor: 'concurrency' },
} as const satisfies Record<string, Spec>

/** A figure that is shown somewhere; its name and definition stand in the catalogue under this id. */
export type FigureId = keyof typeof specs

/** What is known about a figure. */
export const figure = (id: FigureId): Spec => specs[id]

export const isFigure = (id: unknown): id is FigureId => typeof id === 'string' && Object.hasOwn(specs, id)

/** The rows that a figure can be taken apart into; their names stand in the catalogue. */
export const rowKinds = ['offered', 'answered', 'answered_in_time', 'answered_late', 'abandoned', 'abandoned_short', 'open', 'offers', 'accepted', 'declined', 'missed', 'withdrawn', 'handled', 'transfers_out', 'replies', 'answers', 'top_two'] as const
export type RowKind = (typeof rowKinds)[number]

export const isRowKind = (kind: unknown): kind is RowKind => rowKinds.some((k) => k === kind)

const ofVisits: FigureId[] = ['offered', 'answered', 'abandoned', 'abandon_percent', 'sl_e', 'sl_b', 'asa_s', 'longest_wait_s']

const columns: Record<Grouping, FigureId[]> = {
  queue: [...ofVisits, 'handled', 'aht_s', 'transfer_percent', 'first_reply_s', 'top_two_percent'],
  agent: ['offers', 'declined', 'missed', 'non_response_percent', 'handled', 'aht_s', 'transfer_percent', 'first_reply_s', 'top_two_percent', 'available_s', 'away_s', 'occupancy_percent', 'concurrency'],
  day: [...ofVisits, 'handled', 'aht_s', 'top_two_percent', 'occupancy_percent'],
  interval: [...ofVisits, 'handled', 'aht_s', 'occupancy_percent'],
}

/** The columns of a table: those whose kind of figures applies to what was asked. */
export function columnsOf(by: Grouping, total: FigureRow): FigureId[] {
  const applies: Record<string, boolean> = { visits: total.visits !== undefined, work: total.work !== undefined, time: total.time !== undefined }
  return columns[by].filter((id) => applies[groupOf(id)])
}

const groups: Record<'visits' | 'time', ReadonlySet<FigureId>> = {
  visits: new Set([...ofVisits, 'open']),
  time: new Set(['available_s', 'away_s', 'occupancy_percent', 'concurrency']),
}
const groupOf = (id: FigureId) => (groups.visits.has(id) ? 'visits' : groups.time.has(id) ? 'time' : 'work')

/** Whether anything happened in a row, for leaving out the night. */
export const isEmptyRow = ({ visits, work }: FigureRow) => !visits?.offered && !work?.offers && !work?.handled && !work?.answers
