import type { Key } from '@/lib/i18n'
import type { SectionId } from '../sections'
import type { Brand, EntryPoint, Queue, User } from '../types'

/** What is known of the installation; undefined where the person may not see it. */
export interface World {
  brands?: readonly Brand[]
  queues?: readonly Queue[]
  points?: readonly EntryPoint[]
  users?: readonly User[]
  /** Queues that nobody serves. */
  unserved?: readonly string[]
  invitations?: number
  awayReasons?: number
  dispositions?: number
}

/** One step of the set-up: done, or where to do it. */
export interface Step {
  id: 'queue' | 'members' | 'widget' | 'widgetQueue' | 'calendar' | 'colleagues' | 'awayReasons' | 'dispositions'
  done: boolean
  /** Page of the administration. */
  to: SectionId
}

/** The steps of which enough is known to say, in the order in which one does them. */
export function stepsOf(w: World): Step[] {
  const steps: (Step | undefined)[] = [
    w.queues && { id: 'queue', done: w.queues.length > 0, to: 'queues' },
    w.unserved && w.queues && w.queues.length > 0 ? { id: 'members', done: w.unserved.length === 0, to: 'queues' } : undefined,
    w.points && { id: 'widget', done: w.points.some((p) => p.active), to: 'widgets' },
    w.points && w.points.length > 0 ? { id: 'widgetQueue', done: w.points.every((p) => !p.active || p.queue_id !== undefined), to: 'widgets' } : undefined,
    w.brands && { id: 'calendar', done: w.brands.every((b) => b.calendar_id !== undefined), to: 'calendars' },
    w.users && { id: 'colleagues', done: w.users.length > 1 || (w.invitations ?? 0) > 0, to: 'users' },
    w.awayReasons === undefined ? undefined : { id: 'awayReasons', done: w.awayReasons > 0, to: 'away-reasons' },
    w.dispositions === undefined ? undefined : { id: 'dispositions', done: w.dispositions > 0, to: 'dispositions' },
  ]
  return steps.filter((s) => s !== undefined)
}

export const stepTitle = (step: Step): Key => `admin.step.${step.id}`
export const stepText = (step: Step): Key => `admin.step.${step.id}Text`
