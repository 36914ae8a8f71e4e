import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import type { Editor } from '@tiptap/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { signatureQuery } from '../mail/api'
import { SignatureForm } from './SignatureForm'

// The editor comes by itself and is large: it is there before anybody waits for it.
beforeAll(async () => void (await import('../mail/RichText')), 60_000)

let asked: { method: string; path: string; body: unknown }[] = []
let answers: Record<string, () => Response> = {}

beforeEach(() => {
  asked = []
  answers = { GET: () => Response.json({ html: '<p>Marta Zając</p>' }) }
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.text()
    asked.push({ method: request.method, path: new URL(request.url, 'http://desk').pathname, body: text ? JSON.parse(text) : undefined })
    return answers[request.method]?.() ?? new Response(null, { status: 500 })
  })
})
afterEach(() => void vi.unstubAllGlobals())

const field = async () => await screen.findByRole('textbox', { name: 'Signature in e-mails' })
const save = () => screen.getByRole('button', { name: 'Save' })

/** Writes into the editor what a person would. */
async function write(html: string) {
  const box = (await field()) as HTMLElement & { editor: Editor }
  act(() => void box.editor.chain().selectAll().insertContent(html).run())
}

describe('the signature in the profile', () => {
  it('shows what is kept, and has nothing to save yet', async () => {
    renderDesk(<SignatureForm />, { session: sessionWith() })
    expect((await field()).textContent).toBe('Marta Zając')
    expect(save().hasAttribute('disabled')).toBe(true)
  })

  it('saves what was written as the server has cleaned it', async () => {
    answers.PUT = () => Response.json({ html: '<p>Marta, <strong>Fala</strong></p>' })
    const { cache } = renderDesk(<SignatureForm />, { session: sessionWith() })
    await write('<p>Marta, <strong>Fala</strong><script>x</script></p>')
    await waitFor(() => expect(save().hasAttribute('disabled')).toBe(false))
    fireEvent.click(save())
    expect(await screen.findByText('Signature saved')).toBeTruthy()
    const sent = asked.find((a) => a.method === 'PUT')
    expect(sent?.path).toBe('/api/v1/me/signature')
    const html = JSON.stringify(sent?.body)
    expect(html).toContain('<strong>Fala</strong>')
    expect(html).not.toContain('script')
    expect(cache.getQueryData(signatureQuery.queryKey)).toBe('<p>Marta, <strong>Fala</strong></p>')
    await waitFor(() => expect(save().hasAttribute('disabled')).toBe(true))
  })

  it('takes a signature away as nothing, not as an empty paragraph', async () => {
    answers.PUT = () => Response.json({ html: '' })
    renderDesk(<SignatureForm />, { session: sessionWith() })
    const box = (await field()) as HTMLElement & { editor: Editor }
    act(() => void box.editor.commands.clearContent(true))
    await waitFor(() => expect(save().hasAttribute('disabled')).toBe(false))
    fireEvent.click(save())
    await screen.findByText('Signature saved')
    expect(asked.find((a) => a.method === 'PUT')?.body).toEqual({ html: '' })
  })

  it('keeps what was written when it cannot be saved, and says why', async () => {
    answers.PUT = () => Response.json({ code: 'unavailable', status: 503 }, { status: 503 })
    renderDesk(<SignatureForm />, { session: sessionWith() })
    await write('<p>Inna</p>')
    await waitFor(() => expect(save().hasAttribute('disabled')).toBe(false))
    fireEvent.click(save())
    await waitFor(() => expect(screen.getAllByRole('alert').length).toBeGreaterThan(0))
    expect((await field()).textContent).toBe('Inna')
    expect(save().hasAttribute('disabled')).toBe(false)
  })
})
