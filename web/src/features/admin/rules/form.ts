import type { Command, Condition, Trigger } from '../../rules/words'
import type { Rule } from '../types'

/** The form of a rule. */
export interface RuleInput {
  name: string
  active: boolean
  brand_id: string | null
  when: Trigger
  if: Condition
  do: Command[]
  /** Of the version that is edited; never shown. */
  rev: number
}

export const blankRule: RuleInput = { name: '', active: false, brand_id: null, when: { on: 'message.in' }, if: { all: [] }, do: [{ do: 'add_tags' }], rev: 0 }

/** A group, which the form begins with even where there is one condition or none. */
export const grouped = (condition: Condition | undefined): Condition => (!condition || Object.keys(condition).length === 0 ? { all: [] } : condition.all || condition.any ? condition : { all: [condition] })

/** A condition as it is sent: groups with nothing in them are left out. */
export function sent(condition: Condition): Condition | undefined {
  const parts = condition.all ?? condition.any
  if (!parts) return condition
  const kept = parts.map(sent).filter((part) => part !== undefined)
  if (kept.length === 0) return undefined
  return condition.any ? { any: kept } : { all: kept }
}

export const ruleInput = (rule: Rule): RuleInput => ({ name: rule.name, active: rule.state === 'active', brand_id: rule.brand_id ?? null, when: rule.program.when, if: grouped(rule.program.if), do: rule.program.do ?? [], rev: rule.rev })

const programOf = (input: RuleInput) => ({ when: input.when, if: sent(input.if), do: input.do })

/** What makes a rule. */
export const newRuleBody = (input: RuleInput) => ({ name: input.name, active: input.active, program: programOf(input), ...(input.brand_id && { brand_id: input.brand_id }) })

/** What changes one. The version goes along, so that somebody else's change in between is not lost. */
export const ruleBody = (input: RuleInput, before: RuleInput) => ({
  name: input.name,
  brand_id: input.brand_id ?? '0',
  program: programOf(input),
  ...(input.active !== before.active && { active: input.active }),
  rev: input.rev,
})

const hour = 60
const day = 24 * hour

export const units = { minutes: 1, hours: hour, days: day } as const
export type Unit = keyof typeof units

/** The largest unit in which so many minutes are whole. */
export const unitOf = (minutes: number): Unit => (minutes > 0 && minutes % day === 0 ? 'days' : minutes > 0 && minutes % hour === 0 ? 'hours' : 'minutes')
