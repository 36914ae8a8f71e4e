import type { Translate, Values } from '../i18n'

/** What is wrong with one field of what was sent. */
export interface FieldProblem {
  /** As the client sent it: "hours[0].from". */
  path: string
  code: string
  values?: Values
  /** The server's own words, for codes that we have no text for. */
  message?: string
}

/** Code of a problem that never reached the server. */
export const unreachable = 'network'

/** An error answer of the API (problem+json), or no answer at all. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly values: Values
  readonly fields: readonly FieldProblem[]
  readonly detail: string | undefined
  /** Names the request in the server's logs, for people who ask for help. */
  readonly requestId: string | undefined
  /** Milliseconds after which the server asks to be tried again. */
  readonly retryAfter: number | undefined

  constructor(init: Partial<Pick<Problem, 'status' | 'code' | 'values' | 'fields' | 'detail' | 'requestId' | 'retryAfter'>>) {
    super(init.detail ?? init.code ?? `status ${init.status}`)
    this.name = 'Problem'
    this.status = init.status ?? 0
    this.code = init.code ?? 'internal'
    this.values = init.values ?? {}
    this.fields = init.fields ?? []
    this.detail = init.detail
    this.requestId = init.requestId
    this.retryAfter = init.retryAfter
  }

  /** Whether asking again may help. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502
  }
}

const kindOfStatus: Record<number, string> = { 400: 'invalid', 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found', 409: 'conflict', 413: 'exhausted', 422: 'invalid', 429: 'exhausted', 502: 'unavailable', 503: 'unavailable', 504: 'unavailable' }

/** Reads the body of an error answer; what is missing is filled from the status. */
export function toProblem(response: Response, body: unknown): Problem {
  const told = isRecord(body) ? body : {}
  return new Problem({
    status: response.status,
    code: asText(told.code) ?? kindOfStatus[response.status] ?? 'internal',
    values: isRecord(told.values) ? (told.values as Values) : {},
    fields: Array.isArray(told.errors) ? told.errors.filter(isRecord).map(toField) : [],
    detail: asText(told.detail),
    requestId: response.headers.get('X-Request-Id') ?? undefined,
    retryAfter: Number(response.headers.get('Retry-After')) * 1000 || undefined,
  })
}

function toField(told: Record<string, unknown>): FieldProblem {
  const path = asText(told.path) ?? asText(told.location) ?? ''
  return { path: path.replace(/^body\./, ''), code: asText(told.code) ?? 'invalid', values: isRecord(told.values) ? (told.values as Values) : undefined, message: asText(told.detail) ?? asText(told.message) }
}

/** What went wrong in the words of the language; any thrown thing has some. */
export function problemText(t: Translate, error: unknown): string {
  if (!(error instanceof Problem)) return t('error.internal')
  return t.maybe(`error.${error.code}`, error.values) ?? error.detail ?? t.maybe(`error.${kindOfStatus[error.status] ?? 'internal'}`) ?? t('error.internal')
}

/** What is wrong with a field in the words of the language. */
export function fieldText(t: Translate, field: FieldProblem): string {
  return t.maybe(`error.${field.code}`, field.values) ?? field.message ?? t('error.invalid')
}

/** The field problems of an error by path, in words. */
export function fieldTexts(t: Translate, error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return {}
  return Object.fromEntries(error.fields.map((f) => [f.path, fieldText(t, f)]))
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const asText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
