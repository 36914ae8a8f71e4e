import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeTranslate } from '../i18n/translate'
import { api, idempotencyHeader, ok, resendingFetch, uniqueId, unkeyed } from './client'
import { Problem, fieldTexts, problemText, toProblem } from './problem'

const t = makeTranslate('en', { 'error.internal': 'Broken', 'error.offer.taken': '{{name}} has taken it', 'error.conflict': 'Changed meanwhile', 'error.required': 'Is needed', 'error.invalid': 'Is wrong' })
const answer = (status: number, headers?: HeadersInit) => new Response(null, { status, headers })

afterEach(() => void vi.unstubAllGlobals())

describe('problems', () => {
  it('speak the words of their code', () => {
    const problem = toProblem(answer(409, { 'X-Request-Id': 'r1' }), { code: 'offer.taken', values: { name: 'Zofia' } })
    expect(problemText(t, problem)).toBe('Zofia has taken it')
    expect(problem.requestId).toBe('r1')
  })

  it('fall back to the server’s words, then to those of the status', () => {
    expect(problemText(t, toProblem(answer(409), { code: 'new.code', detail: 'Said so' }))).toBe('Said so')
    expect(problemText(t, toProblem(answer(409), '<html>'))).toBe('Changed meanwhile')
    expect(problemText(t, new TypeError('bug'))).toBe('Broken')
  })

  it('name the fields as the form does', () => {
    const problem = toProblem(answer(422), { errors: [{ location: 'body.email', code: 'required' }, { path: 'hours[0].from', message: 'Too late' }] })
    expect(fieldTexts(t, problem)).toEqual({ email: 'Is needed', 'hours[0].from': 'Is wrong' })
  })
})

describe('client', () => {
  it('marks each request that acts with its own key, but not those of strangers', async () => {
    const seen: Request[] = []
    vi.stubGlobal('fetch', async (r: Request) => {
      seen.push(r)
      return Response.json({})
    })
    const body = { old_password: 'before', password: 'afterwards' }
    await api.POST('/api/v1/me/password', { body })
    await api.POST('/api/v1/me/password', { body })
    await api.GET('/api/v1/me')
    await api.POST('/api/v1/session/demo', { body: { role: 'agent' } })
    const keys = seen.map((r) => r.headers.get(idempotencyHeader))
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(keys[1]).not.toBe(keys[0])
    expect(keys.slice(2)).toEqual([null, null])
  })

  it('knows all operations of strangers', () => {
    const document = JSON.parse(readFileSync('../docs/openapi.json', 'utf8')) as { paths: Record<string, { post?: { security?: unknown[] } }> }
    const strangers = Object.entries(document.paths).filter(([, at]) => at.post?.security?.length === 0)
    expect(new Set(strangers.map(([path]) => path))).toEqual(unkeyed)
  })

  it('sends a creating request again under the same key when the answer is lost', async () => {
    vi.useFakeTimers()
    const seen: (string | null)[] = []
    vi.stubGlobal('fetch', async (r: Request) => {
      seen.push(r.headers.get(idempotencyHeader))
      if (seen.length === 1) throw new TypeError('connection lost')
      return Response.json({})
    })
    const sent = resendingFetch(new Request('http://localhost/x', { method: 'POST', headers: { [idempotencyHeader]: uniqueId() } }))
    await vi.runAllTimersAsync()
    expect((await sent).ok).toBe(true)
    expect(seen).toHaveLength(2)
    expect(seen[0]).toBe(seen[1])
    vi.useRealTimers()
  })

  it('asks again while the first sending is still at work', async () => {
    vi.useFakeTimers()
    let asked = 0
    vi.stubGlobal('fetch', async () => (++asked === 1 ? Response.json({ code: 'idempotency.in_progress' }, { status: 409 }) : Response.json({ code: 'offer.taken' }, { status: 409 })))
    const sent = resendingFetch(new Request('http://localhost/x', { method: 'POST', headers: { [idempotencyHeader]: uniqueId() } }))
    await vi.runAllTimersAsync()
    expect(await (await sent).json()).toEqual({ code: 'offer.taken' })
    expect(asked).toBe(2)
    vi.useRealTimers()
  })

  it('never repeats a request without a key', async () => {
    const fetching = vi.fn(async () => Promise.reject(new TypeError('connection lost')))
    vi.stubGlobal('fetch', fetching)
    await expect(ok(api.GET('/api/v1/me'))).rejects.toMatchObject({ code: 'network', temporary: true })
    expect(fetching).toHaveBeenCalledTimes(1)
  })

  it('throws the problem of an error answer', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ code: 'session.throttled' }, { status: 429 }))
    await expect(ok(api.POST('/api/v1/session', { body: { email: 'a', password: 'b' } }))).rejects.toBeInstanceOf(Problem)
  })
})
