import { queryOptions, useQuery } from '@tanstack/react-query'
import { type Schemas, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import type { Option } from '@/kit/Choose'

export type Command = Schemas['Command']
export type Condition = Schemas['Condition']
export type Trigger = Schemas['Trigger']
export type RuleField = Schemas['FieldBody']
export type Verb = Schemas['VerbBody']

/** Of what rules and macros can be made; it changes only with the server. */
export const wordsQuery = queryOptions({ queryKey: ['rule-words'], queryFn: () => ok(api.GET('/api/v1/rule-words')), staleTime: Infinity })

export const useWords = () => useQuery(wordsQuery).data

const ownFields = ['case.fields.', 'customer.fields.']

/** The key of a field that the tenant has defined. */
const keyOf = (name: string) => ownFields.map((own) => name.startsWith(own) && name.slice(own.length)).find(Boolean)

/** Says the words of rules in the reader's language; of a newer server's, their names. */
export function useSay() {
  const t = useT()
  const said = (kind: string, name: string) => t.maybe(`rules.${kind}.${name}`) ?? name
  return {
    event: (name: string) => said('event', name),
    verb: (name: string) => said('verb', name),
    op: (name: string) => said('op', name),
    field: (name: string) => {
      const key = keyOf(name)
      return key ? t(name.startsWith('case.') ? 'rules.field.ownCase' : 'rules.field.ownCustomer', { name: key }) : said('field', name)
    },
    take: (name: string) => said('take', name),
    /** A word of a choice; those of cases and channels are said there too. */
    choice: (field: string, name: string) => t.maybe(`${placeOf(field)}.${name}`) ?? name,
    /** Why a command does nothing, or what went wrong. */
    reason: (code: string) => t.maybe(`rules.reason.${code}`) ?? t.maybe(`error.${code}`) ?? code,
  }
}

function placeOf(field: string): string {
  if (field === 'case.priority') return 'cases.priority'
  if (field === 'case.category') return 'cases.category'
  if (field === 'sla.clock') return 'cases.clock.kind'
  if (field === 'conversation.channel') return 'channel'
  return 'rules.choice'
}

/** The names of things that commands and conditions name, by what sort of thing. */
export type Things = Partial<Record<string, readonly Option[]>>

/** What a command is about, in a few words: its tags, its text, the name of what it names. */
export function aboutOf(command: Command, things: Things, choice: (field: string, name: string) => string): string {
  const named = (ref: string, id: string | undefined) => id && (things[ref]?.find((o) => o.value === id)?.label ?? '')
  const parts = [
    command.tags?.join(', '),
    named('queue', command.queue_id),
    named('case_status', command.status_id),
    named('user', command.user_id),
    named('team', command.team_id),
    named('canned', command.canned_id),
    named('webhook', command.webhook_id),
    command.priority && choice('case.priority', command.priority),
    command.topic,
    command.text,
  ]
  return parts.filter(Boolean).join(' · ')
}
