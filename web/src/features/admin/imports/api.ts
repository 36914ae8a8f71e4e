import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { Problem, type Schemas, api, ok, uniqueId } from '@/lib/api'
import { toProblem } from '@/lib/api/problem'

export type Import = Schemas['ImportDetail']
export const root = ['admin', 'imports'] as const

const path = (id: string) => ({ params: { path: { id } } })

export const importsQuery = queryOptions({ queryKey: [...root, 'list'], queryFn: () => ok(api.GET('/api/v1/imports')) })

/** A file with how it is read. While the server works on it, it is asked for again. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: [...root, id],
    queryFn: () => ok(api.GET('/api/v1/imports/{id}', path(id))),
    refetchInterval: (query) => (query.state.data?.state === 'checking' || query.state.data?.state === 'applying' ? 1000 : false),
  })

/** The bad rows behind those that come with a file. Read anew, a file has others. */
export const faultsQuery = (file: Import) =>
  infiniteQueryOptions({
    queryKey: [...root, file.id, 'faults', file.changed_at],
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/imports/{id}/faults', { params: { path: { id: file.id }, query: { after: pageParam } } })),
    initialPageParam: file.faults.at(-1)?.line ?? 0,
    getNextPageParam: (last) => last.items.at(-1)?.line,
  })

export interface Plan {
  encoding?: Import['encoding']
  delimiter?: string
  mapping?: string[]
  key_field?: string
}

export const change = (id: string, body: Plan) => ok(api.PATCH('/api/v1/imports/{id}', { ...path(id), body: body as never }))
export const check = (id: string) => ok(api.POST('/api/v1/imports/{id}/check', path(id)))
export const apply = (id: string) => ok(api.POST('/api/v1/imports/{id}/apply', path(id)))
export const cancel = (id: string) => ok(api.POST('/api/v1/imports/{id}/cancel', path(id)))

/** Sends a file as it is. */
export async function upload(brand: string, file: File): Promise<Import> {
  const answer = await fetch(`/api/v1/imports?brand=${brand}`, {
    method: 'POST',
    body: file,
    headers: { 'Content-Type': 'application/octet-stream', 'X-Filename': encodeURIComponent(file.name), 'Idempotency-Key': uniqueId() },
  }).catch(() => {
    throw new Problem({ code: 'network' })
  })
  const body: unknown = await answer.json()
  if (!answer.ok) throw toProblem(answer, body)
  return body as Import
}
