import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { type Schemas, api, ok } from '@/lib/api'
import { customerKey } from './key'

/** One thing that happened with a customer. */
export type Moment = Schemas['MomentBody']
export type MomentKind = Moment['kind']
export type Contacts = Schemas['ContactsBody']
export type Promises = Schemas['PromisesOutputBody']
export type Consent = Schemas['ConsentBody']
export type Join = Schemas['JoinBody']
export type Suggestion = Schemas['SuggestionBody']
export type Organisation = Schemas['OrganisationBody']
export type OrganisationJoin = Schemas['OrganisationJoinBody']
export type OwnField = Schemas['CustomerFieldBody']

export const momentKinds = ['message', 'note', 'case', 'survey', 'join', 'consent'] as const satisfies readonly MomentKind[]
export const purposes = ['marketing', 'surveys', 'recording', 'profiling', 'sharing', 'service'] as const satisfies readonly Consent['purpose'][]

/** Whose story is told. */
export interface Whose {
  of: 'customer' | 'organisation'
  id: string
}

/** What the address of a story says; what is as usual is left out. */
export interface StorySearch {
  kind?: MomentKind
  channel?: string
  /** The day to which one has jumped. */
  until?: string
}

const day = /^\d{4}-\d{2}-\d{2}$/
const asText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export function readStorySearch(raw: Record<string, unknown>): StorySearch {
  const until = asText(raw.until)
  return { kind: momentKinds.find((k) => k === raw.kind), channel: asText(raw.channel), until: until && day.test(until) && !Number.isNaN(Date.parse(until)) ? until : undefined }
}

/** The end of a day where the reader is: all that happened on it belongs to what is shown. */
export function endOfDay(until: string): string {
  const end = new Date(`${until}T00:00:00`)
  end.setDate(end.getDate() + 1)
  return end.toISOString()
}

const pageOfMoments = 50
const fresh = { staleTime: 0 } as const

export const organisationKey = (id: string) => ['organisation', id] as const
const keyOf = ({ of, id }: Whose) => (of === 'customer' ? customerKey(id) : organisationKey(id))

export const timelineQuery = (whose: Whose, { kind, channel, until }: StorySearch) =>
  infiniteQueryOptions({
    ...fresh,
    queryKey: [...keyOf(whose), 'timeline', kind, channel, until],
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { id: whose.id }, query: { kinds: kind, channel, before: until && endOfDay(until), limit: pageOfMoments, cursor: pageParam } }
      return ok(whose.of === 'customer' ? api.GET('/api/v1/customers/{id}/timeline', { params, signal }) : api.GET('/api/v1/organisations/{id}/timeline', { params, signal }))
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })

export const archiveQuery = (whose: Whose) =>
  queryOptions({
    ...fresh,
    queryKey: [...keyOf(whose), 'archive'],
    queryFn: () => {
      const params = { path: { id: whose.id } }
      return ok(whose.of === 'customer' ? api.GET('/api/v1/customers/{id}/archive', { params }) : api.GET('/api/v1/organisations/{id}/archive', { params }))
    },
  })

const path = (id: string) => ({ params: { path: { id } } })

export const customerQuery = (id: string) => queryOptions({ ...fresh, queryKey: customerKey(id), queryFn: () => ok(api.GET('/api/v1/customers/{id}', path(id))) })
export const promisesQuery = (id: string) => queryOptions({ ...fresh, queryKey: [...customerKey(id), 'promises'], queryFn: () => ok(api.GET('/api/v1/customers/{id}/promises', path(id))) })
export const consentsQuery = (id: string) => queryOptions({ ...fresh, queryKey: [...customerKey(id), 'consents'], queryFn: () => ok(api.GET('/api/v1/customers/{id}/consents', path(id))) })
export const joinsQuery = (id: string) => queryOptions({ ...fresh, queryKey: [...customerKey(id), 'joins'], queryFn: async () => (await ok(api.GET('/api/v1/customers/{id}/joins', path(id)))).items })
export const suggestionsQuery = (id: string) => queryOptions({ ...fresh, queryKey: [...customerKey(id), 'suggestions'], queryFn: async () => (await ok(api.GET('/api/v1/customers/{id}/suggestions', path(id)))).items })
export const previewQuery = (from: string, into: string) =>
  queryOptions({ ...fresh, queryKey: [...customerKey(from), 'preview', into], queryFn: () => ok(api.GET('/api/v1/customers/{id}/joins/preview', { params: { path: { id: from }, query: { into } } })), retry: false })
export const organisationsForQuery = (id: string) =>
  queryOptions({ ...fresh, queryKey: [...customerKey(id), 'organisations'], queryFn: async () => (await ok(api.GET('/api/v1/customers/{id}/organisation-suggestions', path(id)))).items })

/** Customers of a brand by the beginnings of their words. */
export const foundCustomersQuery = (q: string, brand: string) =>
  queryOptions({
    ...fresh,
    queryKey: ['customers', 'found', q, brand],
    queryFn: async () => (await ok(api.GET('/api/v1/customers', { params: { query: { q: q || undefined, brand, limit: 8 } } }))).items,
    placeholderData: keepPreviousData,
  })

export const customersQuery = (q: string, brand: string | undefined) =>
  infiniteQueryOptions({
    ...fresh,
    queryKey: ['customers', 'list', q, brand],
    queryFn: ({ pageParam, signal }) => ok(api.GET('/api/v1/customers', { params: { query: { q: q || undefined, brand, limit: 100, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  })

export const organisationsQuery = (q: string, brand: string | undefined) =>
  infiniteQueryOptions({
    ...fresh,
    queryKey: ['organisations', 'list', q, brand],
    queryFn: ({ pageParam, signal }) => ok(api.GET('/api/v1/organisations', { params: { query: { q: q || undefined, brand, limit: 100, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  })

export const organisationQuery = (id: string) => queryOptions({ ...fresh, queryKey: organisationKey(id), queryFn: () => ok(api.GET('/api/v1/organisations/{id}', path(id))) })
export const organisationJoinsQuery = (id: string) =>
  queryOptions({ ...fresh, queryKey: [...organisationKey(id), 'joins'], queryFn: async () => (await ok(api.GET('/api/v1/organisations/{id}/joins', path(id)))).items })
export const organisationPreviewQuery = (from: string, into: string) =>
  queryOptions({ ...fresh, queryKey: [...organisationKey(from), 'preview', into], queryFn: () => ok(api.GET('/api/v1/organisations/{id}/joins/preview', { params: { path: { id: from }, query: { into } } })), retry: false })
export const organisationErasureQuery = (id: string) =>
  queryOptions({ ...fresh, queryKey: [...organisationKey(id), 'erasure'], queryFn: () => ok(api.GET('/api/v1/organisations/{id}/erasure/preview', path(id))), retry: false })
/** The erasures of an organisation, the newest first: more than one only where something was held. */
export const organisationErasuresQuery = (id: string) =>
  queryOptions({
    ...fresh,
    queryKey: [...organisationKey(id), 'erasures'],
    queryFn: async () => (await ok(api.GET('/api/v1/erasures', { params: { query: { organisation: id, limit: 20 } } }))).items,
    retry: false,
  })
/** Organisations of a brand by the beginnings of their words. */
export const foundOrganisationsQuery = (q: string, brand: string) =>
  queryOptions({
    ...fresh,
    queryKey: ['organisations', 'found', q, brand],
    queryFn: async () => (await ok(api.GET('/api/v1/organisations', { params: { query: { q: q || undefined, brand, limit: 8 } } }))).items,
    placeholderData: keepPreviousData,
  })
export const peopleQuery = (id: string) =>
  infiniteQueryOptions({
    ...fresh,
    queryKey: [...organisationKey(id), 'people'],
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/organisations/{id}/people', { params: { path: { id }, query: { limit: 50, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })
export const organisationCasesQuery = (id: string) =>
  infiniteQueryOptions({
    ...fresh,
    queryKey: [...organisationKey(id), 'cases'],
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/organisations/{id}/cases', { params: { path: { id }, query: { limit: 20, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })
export const suggestedPeopleQuery = (id: string) =>
  queryOptions({ ...fresh, queryKey: [...organisationKey(id), 'suggestions'], queryFn: async () => (await ok(api.GET('/api/v1/organisations/{id}/suggestions', path(id)))).items })

/** What is kept of customers or of organisations of a brand beside the usual. */
export const ownFieldsQuery = (subject: OwnField['subject'], brand: string) =>
  queryOptions({
    queryKey: ['customer-fields', subject, brand],
    queryFn: async () => (await ok(api.GET('/api/v1/customer-fields', { params: { query: { subject, brand } } }))).items,
    staleTime: 10 * 60_000,
  })

/** A moment in a list that is parted by days. */
export type StoryLine = { day: string } | Moment

/** Moments with a line before the first of each day of the reader. */
export function byDays(moments: readonly Moment[]): StoryLine[] {
  const lines: StoryLine[] = []
  let last = ''
  for (const moment of moments) {
    const at = new Date(moment.at)
    const of = `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`
    if (of !== last) lines.push({ day: moment.at })
    last = of
    lines.push(moment)
  }
  return lines
}
