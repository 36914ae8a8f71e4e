import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { type Schemas, api, ok } from '@/lib/api'

export type Erasure = Schemas['ErasureBody']
export type Hold = Schemas['HoldBody']
export type PersonExport = Schemas['PersonExportBody']
export type Left = Schemas['ErasureLeft']

export type CheckedCertificate = Schemas['CertificateCheckOutputBody']

export const keys = {
  root: ['admin', 'privacy'] as const,
  standing: ['admin', 'privacy', 'holds', 'standing'] as const,
  of: (customer: string) => ['admin', 'privacy', customer] as const,
  copies: (customer: string) => ['admin', 'privacy', customer, 'copies'] as const,
  preview: (customer: string) => ['admin', 'privacy', customer, 'preview'] as const,
  erasures: (customer: string) => ['admin', 'privacy', customer, 'erasures'] as const,
  holds: (customer: string) => ['admin', 'privacy', customer, 'holds'] as const,
}

/** Customers whose name, address or number begins so. */
export const findQuery = (words: string) =>
  queryOptions({
    queryKey: [...keys.root, 'find', words] as const,
    queryFn: async ({ signal }) => (await ok(api.GET('/api/v1/customers', { params: { query: { q: words, limit: 10 } }, signal }))).items,
    enabled: words !== '',
    placeholderData: keepPreviousData,
    staleTime: 0,
  })

export const personQuery = (customer: string) => queryOptions({ queryKey: [...keys.of(customer), 'who'] as const, queryFn: () => ok(api.GET('/api/v1/customers/{id}', path(customer))), retry: false })

const path = (id: string) => ({ params: { path: { id } } })
// Work of the server that nobody is told of by an event: it is asked for while it goes on.
const whileRunning = (running: boolean) => (running ? 1500 : (false as const))

export const copiesQuery = (customer: string) =>
  queryOptions({
    queryKey: keys.copies(customer),
    queryFn: () => ok(api.GET('/api/v1/customers/{id}/exports', path(customer))),
    refetchInterval: (query) => whileRunning(query.state.data?.items.some((e) => e.state === 'running') ?? false),
  })

export const previewQuery = (customer: string) => queryOptions({ queryKey: keys.preview(customer), queryFn: () => ok(api.GET('/api/v1/customers/{id}/erasures/preview', path(customer))) })

export const erasuresQuery = (customer: string) =>
  queryOptions({
    queryKey: keys.erasures(customer),
    queryFn: () => ok(api.GET('/api/v1/erasures', { params: { query: { customer } } })),
    refetchInterval: (query) => whileRunning(query.state.data?.items.some((e) => e.state === 'running') ?? false),
  })

export const holdsQuery = (customer: string) => queryOptions({ queryKey: keys.holds(customer), queryFn: () => ok(api.GET('/api/v1/holds', { params: { query: { customer } } })) })

export const startCopy = (customer: string) => ok(api.POST('/api/v1/customers/{id}/exports', path(customer)))
export const startErasure = (customer: string, reference: string) => ok(api.POST('/api/v1/customers/{id}/erasures', { ...path(customer), body: { reference } }))
export const placeHold = (customer: string, reason: string) => ok(api.POST('/api/v1/holds', { body: { customer_id: customer, reason } }))
export const releaseHold = (hold: string, reason: string) => ok(api.POST('/api/v1/holds/{id}/release', { ...path(hold), body: { reason } }))
export const placeCaseHold = (id: string, reason: string) => ok(api.POST('/api/v1/holds', { body: { case_id: id, reason } }))

/** Every hold that stands, newest first. */
export const standingQuery = infiniteQueryOptions({
  queryKey: keys.standing,
  queryFn: ({ pageParam }) => ok(api.GET('/api/v1/holds', { params: { query: { standing: true, limit: 50, cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.next,
})

/** The case of a number, open or done. */
export async function caseByNumber(number: number) {
  const ask = (category?: 'done') => ok(api.GET('/api/v1/cases', { params: { query: { view: 'all', q: String(number), category, limit: 20 } } }))
  const found = await Promise.all([ask(), ask('done')])
  return found.flatMap((page) => page.items).find((c) => c.number === number)
}

export const checkCertificate = (certificate: string) => ok(api.POST('/api/v1/certificates/check', { body: { certificate } }))
export const checkChain = () => ok(api.GET('/api/v1/certificates/check'))
