import { queryOptions } from '@tanstack/react-query'
import { type Schemas, api, ok } from '@/lib/api'
import { keys } from '../api'
import { type Class, classes, standardLoads } from '../users/work'

export type Mix = Schemas['WorkMixBody']

export const workMixQuery = queryOptions({ queryKey: keys.workMix, queryFn: () => ok(api.GET('/api/v1/work-mix')), staleTime: 30_000 })

/** What the form of the mix holds; null where nothing is set. */
export interface MixInput {
  loads: Record<Class, number | null>
  limits: Record<Class, number | null>
  interrupts: Record<Class, readonly Class[]>
}

const of = <T>(value: (name: Class) => T) => Object.fromEntries(classes.map((c) => [c, value(c)])) as Record<Class, T>

export function mixInput({ loads, limits, interrupts }: Mix): MixInput {
  return { loads: of((c) => loads[c] ?? null), limits: of((c) => limits[c] ?? null), interrupts: of((c) => classes.filter((other) => interrupts[c]?.includes(other))) }
}

/** What it sends: a class that is not named is as usual. */
export function mixBody({ loads, limits, interrupts }: MixInput) {
  return { loads: named(loads), limits: named(limits), interrupts: of((c) => [...interrupts[c]]) }
}

const named = (numbers: Record<Class, number | null>) => Object.fromEntries(Object.entries(numbers).filter((e): e is [string, number] => e[1] !== null))

/** How many interactions of a class fit into what is left of an agent. One always fits into an agent who has nothing else. */
function room(mix: MixInput, offer: Class, capacity: number, used: number): number {
  const need = Math.min(mix.loads[offer] ?? standardLoads[offer], capacity)
  const fitting = Math.floor((capacity - used) / Math.max(1, need))
  return Math.max(0, Math.min(fitting, mix.limits[offer] ?? fitting))
}

/** How many of each class an agent without other work can have. */
export const alone = (mix: MixInput, capacity: number) => of((c) => room(mix, c, capacity, 0))

/** How many of each class can come beside one interaction of `work`: what an offer may interrupt does not stand in its way. */
export function beside(mix: MixInput, work: Class, capacity: number): Record<Class, number> {
  const load = Math.min(mix.loads[work] ?? standardLoads[work], capacity)
  return of((c) => {
    const left = room(mix, c, capacity, mix.interrupts[c].includes(work) ? 0 : load)
    const limit = mix.limits[c]
    return c === work && limit !== null ? Math.min(left, limit - 1) : left
  })
}
