import type { ListQuery, Sort, View } from '../conversation/types'

export const views = ['mine', 'queues', 'unassigned', 'all', 'mentions', 'closed'] as const satisfies readonly View[]
export const sorts = ['deadline', 'newest', 'oldest'] as const satisfies readonly Sort[]

/** What the address of the worklist says; what is as usual is left out. */
export interface WorklistSearch {
  view?: View
  q?: string
  queue?: string
  brand?: string
  channel?: string
  sort?: Sort
  /** The open conversation. */
  c?: string
}

const asText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)

/** Keeps of an address what the worklist knows. */
export function readSearch(raw: Record<string, unknown>): WorklistSearch {
  return {
    view: views.find((v) => v === raw.view),
    q: asText(raw.q),
    queue: asText(raw.queue),
    brand: asText(raw.brand),
    channel: asText(raw.channel),
    sort: sorts.find((s) => s === raw.sort),
    c: asText(raw.c),
  }
}

/** Past conversations have no deadline: the newest come first. */
export const usualSort = (view: View): Sort => (view === 'closed' || view === 'mentions' ? 'newest' : 'deadline')

/** The list that an address asks for. */
export function queryOf({ view = 'mine', sort, q, queue, brand, channel }: WorklistSearch): ListQuery {
  return { view, sort: sort ?? usualSort(view), q, queue, brand, channel }
}

/** Whether a list shows less than its whole view. */
export const isFiltered = ({ q, queue, brand, channel }: WorklistSearch) => Boolean(q || queue || brand || channel)
