import type { AgentSettings, SkillLevel } from '../types'

/** Classes of channels with how much of an agent one interaction takes unless the work mix says otherwise (100 is one call). */
export const standardLoads = { call: 100, video: 100, chat: 30, mail: 20, social: 20 } as const

export type Class = keyof typeof standardLoads
export const classes = Object.keys(standardLoads) as Class[]

export interface WorkInput {
  capacity: number
  /** Null where the load of the work mix holds. */
  loads: Record<Class, number | null>
  skills: SkillLevel[]
}

/** The form of an agent's settings. */
export function workInput({ capacity, loads, skills }: AgentSettings): WorkInput {
  return { capacity, loads: Object.fromEntries(classes.map((c) => [c, loads[c] ?? null])) as WorkInput['loads'], skills }
}

/** What it sends: only loads of their own. */
export function workBody({ capacity, loads, skills }: WorkInput) {
  const own = Object.entries(loads).filter((e): e is [string, number] => e[1] !== null)
  return { capacity, loads: Object.fromEntries(own), skills }
}

/** How many of a class an agent can have at once; one always fits. */
export const atOnce = (capacity: number, load: number, limit = Infinity) => Math.min(limit, Math.floor(capacity / Math.max(1, Math.min(load, capacity))))
