import { changed } from '../parts/collection'
import type { Queue, SkillLevel, TextsByLanguage } from '../types'

/** The form of a queue. Where the API says 0 for "not limited" or "as usual" the form is empty. */
export interface QueueInput {
  brand_id: string
  name: string
  description: string
  priority: number
  required: SkillLevel[]
  target_percent: number
  target_seconds: number
  short_abandon_seconds: number
  offer_seconds: number | null
  preferred_wait_seconds: number
  wrap_up_seconds: number
  disposition_required: boolean
  max_waiting: number | null
  max_wait_seconds: number | null
  overflow_queue_id: string | null
  pull_allowed: boolean
  calendar_id: string | null
  texts: Record<string, TextsByLanguage>
}

/** What customers can be told in a queue. */
export const textKinds = ['greeting', 'away'] as const

/** A queue as the server makes it unless something else is said. */
export const blankQueue: QueueInput = {
  brand_id: '',
  name: '',
  description: '',
  priority: 0,
  required: [],
  target_percent: 80,
  target_seconds: 30,
  short_abandon_seconds: 5,
  offer_seconds: null,
  preferred_wait_seconds: 60,
  wrap_up_seconds: 60,
  disposition_required: false,
  max_waiting: null,
  max_wait_seconds: null,
  overflow_queue_id: null,
  pull_allowed: true,
  calendar_id: null,
  texts: {},
}

/** Fills the form from a queue. */
export function queueInput(queue: Queue): QueueInput {
  const rest = Object.fromEntries(Object.keys(blankQueue).map((name) => [name, queue[name as keyof Queue]])) as unknown as QueueInput
  return {
    ...rest,
    offer_seconds: queue.offer_seconds || null,
    max_waiting: queue.max_waiting || null,
    max_wait_seconds: queue.max_wait_seconds || null,
    overflow_queue_id: queue.overflow_queue_id ?? null,
    calendar_id: queue.calendar_id ?? null,
  }
}

/** What the form sends to make a queue: keys of nothing are left out. */
export function newQueueBody({ overflow_queue_id, calendar_id, ...rest }: QueueInput) {
  return { ...numbers(rest), ...(overflow_queue_id ? { overflow_queue_id } : {}), ...(calendar_id ? { calendar_id } : {}) }
}

/** What it sends to change one: an empty key takes the old one away. A queue never changes its brand. */
export function queueBody(input: QueueInput, before: QueueInput) {
  const { brand_id: _, ...rest } = input
  const sent = { ...numbers(rest), overflow_queue_id: input.overflow_queue_id ?? '', calendar_id: input.calendar_id ?? '' }
  const was = { ...numbers(before), overflow_queue_id: before.overflow_queue_id ?? '', calendar_id: before.calendar_id ?? '' }
  return changed(sent, was as typeof sent)
}

type Numbers = Pick<QueueInput, 'offer_seconds' | 'max_waiting' | 'max_wait_seconds' | 'priority' | 'short_abandon_seconds' | 'preferred_wait_seconds' | 'wrap_up_seconds'>

/** An emptied number is none: the API says 0. */
function numbers<T extends Numbers>(input: T) {
  const { offer_seconds, max_waiting, max_wait_seconds, priority, short_abandon_seconds, preferred_wait_seconds, wrap_up_seconds } = input
  return {
    ...input,
    offer_seconds: offer_seconds ?? 0,
    max_waiting: max_waiting ?? 0,
    max_wait_seconds: max_wait_seconds ?? 0,
    priority: priority ?? 0,
    short_abandon_seconds: short_abandon_seconds ?? 0,
    preferred_wait_seconds: preferred_wait_seconds ?? 0,
    wrap_up_seconds: wrap_up_seconds ?? 0,
  }
}
