import createClient, { type Middleware } from 'openapi-fetch'
import { Problem, toProblem, unreachable } from './problem'
import type { paths } from './schema.gen'

/** Name of the header by which the server knows a repeated request. */
export const idempotencyHeader = 'Idempotency-Key'

const resendDelays = [300, 1200] // milliseconds before a request with a key is sent again

/** Operations of strangers, whom the server does not tell apart: these are never sent twice. */
export const unkeyed: ReadonlySet<string> = new Set(['/api/v1/session', '/api/v1/session/demo', '/api/v1/setup', '/api/v1/invitations/{token}/accept'])

/** A random name that nobody else has made; works on pages without TLS too. */
export function uniqueId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}

/**
 * Fetches, and sends a request again whose answer was lost on the way, or whose
 * first sending is still at work, if that is safe: only one that carries an
 * idempotency key, so it cannot act twice.
 */
export async function resendingFetch(request: Request): Promise<Response> {
  const resend = request.headers.has(idempotencyHeader) ? resendDelays : []
  for (const delay of resend) {
    try {
      const answer = await fetch(request.clone())
      if (!(await stillAtWork(answer))) return answer
    } catch (error) {
      if (request.signal.aborted) throw error
    }
    await new Promise((done) => setTimeout(done, delay))
  }
  return fetch(request)
}

async function stillAtWork(answer: Response): Promise<boolean> {
  if (answer.status !== 409) return false
  const told: unknown = await answer.clone().json().catch(() => null)
  return typeof told === 'object' && told !== null && 'code' in told && told.code === 'idempotency.in_progress'
}

const keyed: Middleware = {
  onRequest({ request, schemaPath }) {
    if (request.method === 'POST' && !unkeyed.has(schemaPath) && !request.headers.has(idempotencyHeader)) request.headers.set(idempotencyHeader, uniqueId())
    return request
  },
}

/** The typed client; use it through `ok`, which turns error answers into Problems. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: resendingFetch, credentials: 'same-origin' })
api.use(keyed)

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** The data of an answer, or throws the Problem it tells of. */
export async function ok<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await asked
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem({ code: unreachable })
  }
  if (!answer.response.ok) throw toProblem(answer.response, answer.error)
  return answer.data as T
}
