import { BookOpen, Building2, FolderKanban, type LucideIcon, UserRound } from 'lucide-react'
import { type Schemas, api, ok } from '@/lib/api'
import { channelIcon } from '@/kit/ChannelMark'
import type { Run } from '@/kit/Marked'
import type { Found, Search } from '@/shell/feature'

export type Find = Schemas['FoundBody']
export const kinds = ['customer', 'organisation', 'conversation', 'case', 'article'] as const satisfies readonly Find['kind'][]
export type Kind = (typeof kinds)[number]

/** Who may search for anything at all. */
export const searchers = ['customer.read', 'conversation.read', 'case.read', 'knowledge.read'] as const

const mostFound = 12

const icons = { customer: UserRound, organisation: Building2, case: FolderKanban, article: BookOpen } as const

/** How a find looks: a conversation as its channel. */
const iconOf = ({ kind, channel }: Find): LucideIcon => (kind === 'conversation' ? channelIcon(channel ?? '') : icons[kind])

/** What names a find: its title, of a conversation its customer. */
export function nameOf({ kind, title, customer_name: name = '' }: Find): readonly Run[] {
  if (kind === 'conversation' && name !== '') return [{ text: name }]
  return title
}

/** What is said about a find below its name: of a case its customer too. */
export function noteOf({ kind, title, excerpt, customer_name: name = '' }: Find): readonly Run[] {
  const about = name === '' ? [] : kind === 'conversation' ? title : [{ text: name }]
  const parted = about.length > 0 && excerpt.length > 0 ? [{ text: ' · ' }] : []
  return [...about, ...parted, ...excerpt]
}

export const idOf = (find: Find): string => find.customer_id ?? find.organisation_id ?? find.conversation_id ?? find.case_id ?? find.article_id ?? ''

/** Where a find leads. */
export function hrefOf(find: Find): string {
  if (find.conversation_id) return `/conversations/${find.conversation_id}`
  if (find.case_id) return `/cases/${find.case_id}`
  if (find.article_id) return `/knowledge/${find.article_id}`
  if (find.organisation_id) return `/organisations/${find.organisation_id}`
  return `/customers/${find.customer_id ?? ''}`
}

const groups = { customer: 'search.customer', organisation: 'search.organisation', conversation: 'search.conversation', case: 'search.case', article: 'search.article' } as const

export const shownAs = (find: Find): Found => ({
  id: `${find.kind}-${idOf(find)}`,
  group: groups[find.kind],
  title: nameOf(find),
  note: noteOf(find),
  icon: iconOf(find),
  href: hrefOf(find),
})

const find = async (q: string, signal: AbortSignal): Promise<Found[]> => {
  const { items } = await ok(api.GET('/api/v1/search', { params: { query: { q, limit: mostFound } }, signal }))
  return items.map(shownAs)
}

/** Finds customers, organisations, conversations, cases and articles by their words, for the command bar. */
export const everythingSearch: Search = { id: 'everything', permission: searchers, find }
