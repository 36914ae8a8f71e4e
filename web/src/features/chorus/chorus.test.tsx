import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { AnswerTogether } from './AnswerTogether'
import { Shared } from './Shared'
import { Whose } from './Whose'
import type { Chorus, Place, Voice } from './api'

afterEach(() => void vi.unstubAllGlobals())

// What is looked for by its role in a whole dialog takes its time on a busy machine.
vi.setConfig({ testTimeout: 20_000 })

const chorus = (more: Partial<Chorus>): Chorus => ({ id: '7', kind: 'topic', topic: 'awaria sieci', brand_id: '1', channels: ['facebook'], waiting: 3, voices: 3, last_at: '2026-05-14T10:00:00Z', ...more })
const voice = (id: string, name: string, more: Partial<Voice> = {}): Voice => ({ conversation_id: id, entry_id: `9${id}`, customer: { id, name }, text: 'Nie działa', at: '2026-05-14T10:00:00Z', state: 'queued', ...more })
const place = (id: string, text: string, more: Partial<Place> = {}): Place => ({ post_id: id, channel: 'facebook', name: 'Fala', text, ours: true, waiting: 0, occurred_at: '2026-05-14T09:00:00Z', ...more })

const outage = chorus({ kind: 'outage', topic: undefined, private: 1 })

function serve(answers: { voices?: Voice[]; places?: Place[] }) {
  const asked: { method: string; url: string; body: unknown }[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.text()
    const url = new URL(request.url).pathname
    asked.push({ method: request.method, url, body: text ? JSON.parse(text) : undefined })
    if (url.endsWith('/voices')) return Response.json({ items: answers.voices ?? [] })
    if (url.endsWith('/places')) return Response.json({ items: answers.places ?? [] })
    if (request.method === 'PUT') return new Response(null, { status: 204 })
    return Response.json({}, { status: request.method === 'POST' ? 201 : 200 })
  })
  return asked
}

const patient = { timeout: 10_000 }

const session = sessionWith('conversation.read', 'conversation.reply')

describe('an answer to a topic or an outage', () => {
  it('stands under the post that is chosen', async () => {
    const asked = serve({ voices: [voice('11', 'Ola')], places: [place('21', 'Prace w Gdyni', { waiting: 2 }), place('22', 'Nowa oferta')] })
    renderDesk(<AnswerTogether chorus={chorus({})} onClose={() => undefined} />, { session })
    const where = await screen.findByRole<HTMLInputElement>('combobox', { name: 'Where the answer stands' }, patient)
    expect(where.value).toBe('Fala: “Prace w Gdyni” (2)')
    fireEvent.click(where)
    fireEvent.click(await screen.findByRole('option', { name: 'Fala: “Nowa oferta”' }, patient))
    fireEvent.change(screen.getByRole('textbox', { name: /The answer/ }), { target: { value: 'Do 18:00.' } })
    fireEvent.click(screen.getByRole('button', { name: 'Answer all 3' }))
    await waitFor(() => expect(asked.find((a) => a.method === 'POST')?.body).toEqual({ chorus_id: '7', post_id: '22', text: 'Do 18:00.', link: 'none', stands_hours: 24 }))
  })

  it('stands under the comment from which it is written, if that is chosen', async () => {
    const asked = serve({ voices: [voice('11', 'Ola')], places: [place('21', 'Prace w Gdyni')] })
    renderDesk(<AnswerTogether chorus={chorus({})} conversation="11" onClose={() => undefined} />, { session })
    fireEvent.click(await screen.findByRole('combobox', { name: 'Where the answer stands' }, patient))
    fireEvent.click(await screen.findByRole('option', { name: 'Under this comment' }, patient))
    fireEvent.change(screen.getByRole('textbox', { name: /The answer/ }), { target: { value: 'Do 18:00.' } })
    fireEvent.click(screen.getByRole('button', { name: 'Answer all 3' }))
    await waitFor(() => expect(asked.find((a) => a.method === 'POST')?.body).toMatchObject({ answers_id: '911' }))
    expect(asked.find((a) => a.method === 'POST')?.body).not.toHaveProperty('post_id')
  })

  it('says who gets it in private, and takes somebody out of this chorus', async () => {
    const asked = serve({ voices: [voice('11', 'Ola'), voice('12', 'Jan', { private: true })], places: [place('21', 'Prace w Gdyni')] })
    renderDesk(<AnswerTogether chorus={outage} onClose={() => undefined} />, { session })
    expect(await screen.findByText('1 of them asked in private and gets this answer in their conversation.')).toBeTruthy()
    const rows = await within(await screen.findByRole('list', { name: 'Who gets what' })).findAllByRole('listitem')
    expect(within(rows[1]!).getByText('settled, gets the answer in their conversation')).toBeTruthy()
    fireEvent.click(within(rows[1]!).getByRole('button', { name: 'Take out Jan' }))
    await waitFor(() => expect(asked.find((a) => a.method === 'PUT')).toEqual({ method: 'PUT', url: '/api/v1/conversations/12/chorus', body: { apart: true, chorus_id: '7' } }))
  })

  it('cannot be sent where there is no post for it', async () => {
    serve({ voices: [voice('12', 'Jan', { private: true })] })
    renderDesk(<AnswerTogether chorus={outage} onClose={() => undefined} />, { session })
    expect(await screen.findByText(/There is no post of ours/)).toBeTruthy()
    fireEvent.change(screen.getByRole('textbox', { name: /The answer/ }), { target: { value: 'Do 18:00.' } })
    expect(screen.getByRole('button', { name: 'Answer all 3' })).toHaveProperty('disabled', true)
  })
})

describe('what many share', () => {
  it('is said with their number', () => {
    renderDesk(
      <>
        <Shared chorus={chorus({ kind: 'words', topic: undefined, waiting: 2 })} />
        <Shared chorus={chorus({ waiting: 1000 })} />
        <Shared chorus={outage} />
      </>,
      { session },
    )
    expect(screen.getByText('2 similar comments under the post')).toBeTruthy()
    expect(screen.getByText(/^1,?000 public conversations on the topic “awaria sieci”$/)).toBeTruthy()
    expect(screen.getAllByText(/^1,?000 or more: one answer takes 1,?000 at most$/)).toHaveLength(1)
    expect(screen.getByText('3 wait because of one outage')).toBeTruthy()
  })
})

describe('whose they are', () => {
  const brand = (id: string, name: string) => ({ id, name, color: '#0b7285', languages: ['pl'], time_zone: 'Europe/Warsaw' })
  const of = (...brands: ReturnType<typeof brand>[]) => ({ ...session, brands })

  it('is said to who works for several brands, with the channels on which they wait', () => {
    renderDesk(<Whose chorus={chorus({ brand_id: '2', channels: ['facebook', 'messenger'] })} />, { session: of(brand('1', 'Fala Net'), brand('2', 'Vásárfia')) })
    expect(screen.getByText('Vásárfia')).toBeTruthy()
    expect(screen.getAllByRole('img').map((mark) => mark.getAttribute('aria-label'))).toEqual(['Facebook', 'Messenger'])
    expect(screen.getByText('Messenger')).toBeTruthy()
  })

  it('is not said to who works for one', () => {
    renderDesk(<Whose chorus={chorus({})} />, { session: of(brand('1', 'Fala Net')) })
    expect(screen.queryByText('Fala Net')).toBeNull()
    expect(screen.getByRole('img', { name: 'Facebook' })).toBeTruthy()
  })

  it('is said above the answer to them, with what they share', async () => {
    serve({ voices: [voice('11', 'Ola')], places: [place('21', 'Prace w Gdyni')] })
    renderDesk(<AnswerTogether chorus={outage} onClose={() => undefined} />, { session: of(brand('1', 'Fala Net'), brand('2', 'Vásárfia')) })
    expect(await screen.findByText('3 wait because of one outage', undefined, patient)).toBeTruthy()
    expect(screen.getByText('Fala Net')).toBeTruthy()
  })
})
