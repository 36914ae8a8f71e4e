import type { ListQuery, Row, Sort } from '../conversation/types'

/**
 * What a list shows. New rows wait beside it and rows that no longer belong stay
 * in their place until the list is put in order: nothing moves under the pointer.
 */
export interface ListState {
  rows: readonly Row[]
  /** Where the next page begins; absent at the end. */
  next?: string
  /** The last row of the last page, as it was then: what sorts behind it comes with the next page. */
  edge?: Row
  /** Rows that came since, not yet among the others. */
  arrivals: readonly Row[]
  /** Ids of rows that have left the view. */
  left: ReadonlySet<string>
}

export const emptyList: ListState = { rows: [], arrivals: [], left: new Set() }

/** Who looks, as far as it decides what is on a list. */
export interface Looker {
  me: string
  /** Queues that the person serves; undefined while nobody has told. */
  queues: ReadonlySet<string> | undefined
}

const isWaiting = (row: Row) => row.state === 'new' || row.state === 'queued' || row.state === 'offered'

/** Whether a row is on a list; undefined if only the server can tell. */
export function belongs(row: Row, query: ListQuery, looker: Looker): boolean | undefined {
  if (query.brand && row.brand_id !== query.brand) return false
  if (query.queue && row.queue?.id !== query.queue) return false
  if (query.channel && row.channel !== query.channel) return false
  const inView = belongsToView(row, query, looker)
  // The text is compared with what the row does not carry.
  return query.q && inView !== false ? undefined : inView
}

function belongsToView(row: Row, { view }: ListQuery, { me, queues }: Looker): boolean | undefined {
  switch (view) {
    case 'mine':
      return row.state !== 'closed' && row.state !== 'offered' && row.agent?.id === me
    case 'queues':
      return isWaiting(row) && queues && row.queue ? queues.has(row.queue.id) : isWaiting(row) && undefined
    case 'unassigned':
      return isWaiting(row)
    case 'all':
      return row.state !== 'closed'
    case 'closed':
      return row.state === 'closed'
    case 'mentions':
      return undefined
  }
}

/** Takes a row as the server now has it: in its place, or among the arrivals. What the person has just taken themselves comes in at once. */
export function takeRow(list: ListState, row: Row, query: ListQuery, looker: Looker, own = false): ListState {
  const fits = belongs(row, query, looker)
  const at = list.rows.findIndex((r) => r.id === row.id)
  if (at >= 0) {
    const left = withMembership(list.left, row.id, fits === false)
    return { ...list, rows: list.rows.with(at, row), left }
  }
  const arrivals = list.arrivals.filter((r) => r.id !== row.id)
  if (fits && (own || list.rows.length === 0)) return { ...list, arrivals, rows: [...list.rows, row].toSorted(compareBy(query.sort)) }
  if (fits && !isBeyond(list, row, query.sort)) return { ...list, arrivals: [...arrivals, row] }
  return arrivals.length === list.arrivals.length ? list : { ...list, arrivals }
}

/** Whether a row belongs to a page that is not here yet. */
const isBeyond = ({ next, edge }: ListState, row: Row, sort: Sort) => next !== undefined && edge !== undefined && compareBy(sort)(row, edge) > 0

/** Marks a row that the person may no longer see. */
export function loseRow(list: ListState, id: string): ListState {
  const arrivals = list.arrivals.filter((r) => r.id !== id)
  const left = list.rows.some((r) => r.id === id) ? withMembership(list.left, id, true) : list.left
  return left === list.left && arrivals.length === list.arrivals.length ? list : { ...list, arrivals, left }
}

function withMembership(set: ReadonlySet<string>, id: string, member: boolean): ReadonlySet<string> {
  if (set.has(id) === member) return set
  const next = new Set(set)
  if (member) next.add(id)
  else next.delete(id)
  return next
}

/** Whether putting the list in order would change anything. */
export function isUntidy(list: ListState, sort: Sort, open?: string): boolean {
  const compare = compareBy(sort)
  const ordered = list.rows.every((row, i) => i === 0 || compare(list.rows[i - 1]!, row) <= 0)
  return !ordered || list.arrivals.length > 0 || [...list.left].some((id) => id !== open)
}

/** Puts the list in order: arrivals come in; rows that left, or moved to a later page, go, but for the one that is open. */
export function tidy(list: ListState, sort: Sort, open?: string): ListState {
  const staying = list.rows.filter((r) => r.id === open || !(list.left.has(r.id) || isBeyond(list, r, sort)))
  const known = new Set(staying.map((r) => r.id))
  const rows = [...staying, ...list.arrivals.filter((r) => !known.has(r.id))].toSorted(compareBy(sort))
  return { ...list, rows, arrivals: [], left: new Set([...list.left].filter((id) => id === open)) }
}

/** Takes rows out at once: the person's own act ended them here. */
export function removeRow(list: ListState, id: string): ListState {
  return { ...loseRow(list, id), rows: list.rows.filter((r) => r.id !== id), left: withMembership(list.left, id, false) }
}

/** The row that takes the place of one that goes: the next, or at the end the one before. */
export function neighbour(rows: readonly Row[], id: string): Row | undefined {
  const at = rows.findIndex((r) => r.id === id)
  return at < 0 ? undefined : (rows[at + 1] ?? rows[at - 1])
}

/** Adds the next page, leaving out what is there already. */
export function addPage(list: ListState, page: { items: readonly Row[]; next?: string }, sort: Sort): ListState {
  const known = new Set([...list.rows, ...list.arrivals].map((r) => r.id))
  const fresh = page.items.filter((r) => !known.has(r.id)).toSorted(compareBy(sort))
  return { ...list, rows: [...list.rows, ...fresh], next: page.next, edge: page.items.at(-1) ?? list.edge }
}

/**
 * Brings a list that is shown up to what the server answered anew: nothing moves,
 * what is new waits and what is gone stays marked. `before` is the list as it was
 * when the question went out; what changed since is newer than the answer.
 */
export function mergeFresh(now: ListState, before: ListState, fresh: ListState, sort: Sort): ListState {
  if (now.rows.length === 0) return fresh
  const answered = new Map(fresh.rows.map((r) => [r.id, r]))
  const shown = new Set(now.rows.map((r) => r.id))
  const newer = (row: Row) => {
    const other = answered.get(row.id)
    return other && other.last_seq >= row.last_seq ? other : row
  }
  const wasThere = new Set([...before.rows, ...before.arrivals].map((r) => r.id))
  const lost = now.rows.filter((r) => wasThere.has(r.id) && !answered.has(r.id) && !isBeyond(fresh, r, sort)).map((r) => r.id)
  const leftSince = [...now.left].filter((id) => !before.left.has(id))
  const cameSince = now.arrivals.filter((r) => !wasThere.has(r.id) || answered.has(r.id)).map(newer)
  const waiting = new Set(cameSince.map((r) => r.id))
  // What was there and is no more has gone by the person's own act meanwhile.
  const arrived = fresh.rows.filter((r) => !shown.has(r.id) && !waiting.has(r.id) && !wasThere.has(r.id))
  return { ...fresh, rows: now.rows.map(newer), arrivals: [...cameSince, ...arrived], left: new Set([...lost, ...leftSince]) }
}

/** The order in which the server gives its pages. */
export function compareBy(sort: Sort): (a: Row, b: Row) => number {
  switch (sort) {
    case 'deadline':
      return (a, b) => dueOf(a) - dueOf(b) || waitingOf(a) - waitingOf(b) || compareIds(a.id, b.id)
    case 'newest':
      return (a, b) => -compareText(a.last_entry_at, b.last_entry_at) || -compareIds(a.id, b.id)
    case 'oldest':
      return (a, b) => compareText(a.last_entry_at, b.last_entry_at) || compareIds(a.id, b.id)
  }
}

// The nearest deadline comes first; then who has waited longest for an answer none was promised for.
const endOfTime = Number.MAX_SAFE_INTEGER
const dueOf = (row: Row) => (row.due_at ? Date.parse(row.due_at) : endOfTime)
const waitingOf = (row: Row) => (row.unanswered_since && !row.due_at ? Date.parse(row.unanswered_since) : endOfTime)
const compareText = (a: string, b: string) => (a < b ? -1 : Number(a > b))

/** Ids are decimal numbers too large for a number: the longer one is the later one. */
const compareIds = (a: string, b: string) => a.length - b.length || compareText(a, b)
