import type { AgentSettings, SkillLevel } from '../types'

/** Classes of channels with how much of an agent one interaction takes as a rule (100 is one call). */
export const usualLoads = { chat: 30, mail: 20, social: 20, call: 100, video: 100 } as const

export type Class = keyof typeof usualLoads
export const classes = Object.keys(usualLoads) as Class[]

export interface WorkInput {
  capacity: number
  /** Null where the usual load holds. */
  loads: Record<Class, number | null>
  skills: SkillLevel[]
}

/** The form of an agent's settings. */
export function workInput({ capacity, loads, skills }: AgentSettings): WorkInput {
  return { capacity, loads: Object.fromEntries(classes.map((c) => [c, loads[c] ?? null])) as WorkInput['loads'], skills }
}

/** What it sends: only loads that differ from the usual. */
export function workBody({ capacity, loads, skills }: WorkInput) {
  const own = Object.entries(loads).filter(([name, load]) => load !== null && load !== usualLoads[name as Class])
  return { capacity, loads: Object.fromEntries(own) as Record<string, number>, skills }
}

/** How many of a class an agent can have at once. */
export const atOnce = (capacity: number, load: number) => Math.floor(capacity / Math.max(1, load))
