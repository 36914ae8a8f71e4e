/** Requests to the server under /w/. */
import type { Fault } from './protocol'

/** An answer that says no, in the words of the protocol. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly fault: Fault,
  ) {
    super(fault.code)
  }
}

interface Problem {
  code?: string
  detail?: string
  errors?: { path: string; code: string; detail: string }[]
}

export interface Call {
  token?: string
  body?: unknown
  signal?: AbortSignal
  method?: 'DELETE'
}

/** Asks for JSON; throws Refused when the server says no, anything else when it cannot be reached. */
export async function call<T>(url: string, { token, body, signal, method }: Call = {}): Promise<T> {
  const answer = await fetch(url, {
    method: method ?? (body ? 'POST' : 'GET'),
    headers: { ...(body ? { 'Content-Type': 'application/json' } : {}), ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: body ? JSON.stringify(body) : undefined,
    signal,
    credentials: 'omit',
  })
  const data = await answer.json().catch(() => ({}))
  if (!answer.ok) throw refusal(answer.status, data, answer.headers.get('Retry-After'))
  return data
}

/** Returns the refusal that an answer carries. */
export function refusal(status: number, p: Problem, retryAfter: string | null): Refused {
  const busy = status === 429 || status >= 500
  const retry = Number(retryAfter) || (busy ? 5 : undefined)
  const fields = p.errors?.map((e) => ({ path: e.path, code: e.code, text: e.detail }))
  return new Refused(status, { code: p.code ?? `http.${status}`, text: p.detail ?? '', retry, fields })
}
