import type { Tone } from '@/kit/Badge'
import { type Translate, useT } from '@/lib/i18n'
import type { Activity, BoardAgent, WorkItem, WorkState } from './types'

export const activityTones: Record<Activity, Tone> = { offline: 'neutral', available: 'ok', away: 'warn', offered: 'accent', busy: 'danger', wrap_up: 'warn' }
export const workTones: Record<WorkState, Tone> = { offered: 'accent', active: 'ok', parked: 'neutral', wrap_up: 'warn' }

/** What an agent does, in a word: the reason of being away rather than that. */
export function activityWord(t: Translate, agent: BoardAgent): string {
  if (agent.activity === 'busy' && agent.work.filter((w) => w.state === 'active').length > 1) return t('board.busy', { count: agent.work.filter((w) => w.state === 'active').length })
  if (agent.activity !== 'away') return t(`presence.${agent.activity}`)
  return (agent.system && t.maybe(`presence.${agent.system}`)) || agent.reason || t('presence.away')
}

const shownBy: Partial<Record<Activity, WorkState>> = { busy: 'active', offered: 'offered', wrap_up: 'wrap_up' }

/** Since when the agent does it: of work the oldest piece, else the presence. */
export function activitySince({ activity, work, since }: BoardAgent): string | undefined {
  const state = shownBy[activity]
  const oldest = state && work.filter((w) => w.state === state && w.since).toSorted(bySince)[0]
  return oldest?.since ?? since
}

/** The longest first; what has no time last. */
export const bySince = (a: WorkItem, b: WorkItem) => (a.since ?? '9').localeCompare(b.since ?? '9')

/** The queue's or agent's names in the order of the language. */
export function useByName() {
  const { language } = useT()
  return (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name, language)
}
