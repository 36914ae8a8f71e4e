import { fireEvent, screen, waitFor } from '@testing-library/react'
import type * as Router from '@tanstack/react-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { OrganisationEraseDialog } from './OrganisationEraseDialog'
import { OrganisationJoinDialog } from './OrganisationJoinDialog'
import type { Organisation } from './story'

vi.mock('@tanstack/react-router', async (original) => ({
  ...(await original<typeof Router>()),
  Link: ({ to, children }: { to: string; children: React.ReactNode }) => <a href={to}>{children}</a>,
}))

const firm = (id: string, name: string): Organisation => ({ id, brand_id: '1', name, domains: ['kot.example'], fields: {}, archived: false, rev: 1, created_at: '2026-01-01T00:00:00Z', changed_at: '2026-01-01T00:00:00Z' })

let sent: { path: string; body: unknown }[] = []
let answers: [RegExp, () => unknown][] = []

beforeEach(() => {
  sent = []
  answers = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url, 'http://desk')
    const text = await request.text()
    if (request.method === 'POST') sent.push({ path: pathname, body: text ? JSON.parse(text) : undefined })
    const answer = answers.find(([path]) => path.test(pathname))
    return answer ? Response.json(answer[1]()) : Response.json({ code: 'not_found', status: 404 }, { status: 404 })
  })
})
afterEach(() => void vi.unstubAllGlobals())

const close = vi.fn<() => void>()

describe('joining organisations', () => {
  beforeEach(() => {
    answers = [
      [/\/joins\/preview$/, () => ({ from: firm('2', 'Kot oddział'), into: firm('1', 'Kot'), people: 3 })],
      [/\/organisations\/2\/joins$/, () => ({ id: '7', from: { id: '2', name: '' }, into: { id: '1', name: '' }, moved: 3, made_at: '2026-01-01T00:00:00Z' })],
      [/\/organisation-joins\/7\/undo$/, () => ({ id: '7', from: { id: '2', name: '' }, into: { id: '1', name: '' }, moved: 3, made_at: '2026-01-01T00:00:00Z' })],
      [/\/organisations$/, () => ({ items: [{ ...firm('1', 'Kot'), people: 1 }, { ...firm('2', 'Kot oddział'), people: 3 }] })],
    ]
  })

  it('offers others alone, shows what will be before it is done, and can be taken back at once', async () => {
    renderDesk(<OrganisationJoinDialog organisation={firm('1', 'Kot')} onClose={close} />, { session: sessionWith('customer.edit') })
    const other = await screen.findByRole('radio', { name: /Kot oddział/ })
    expect(screen.getAllByRole('radio')).toHaveLength(1)
    const join = screen.getByRole('button', { name: 'It is the same organisation' })
    expect(join.hasAttribute('disabled')).toBe(true)
    fireEvent.click(other)
    expect(await screen.findByText('3 people will belong here')).toBeTruthy()
    await waitFor(() => expect(join.hasAttribute('disabled')).toBe(false))
    fireEvent.click(join)
    await waitFor(() => expect(sent).toEqual([{ path: '/api/v1/organisations/2/joins', body: { into_id: '1' } }]))
    fireEvent.click(await screen.findByRole('button', { name: /^Undo/ }))
    await waitFor(() => expect(sent.at(-1)?.path).toBe('/api/v1/organisation-joins/7/undo'))
  })
})

describe('erasing an organisation', () => {
  const show = () => renderDesk(<OrganisationEraseDialog organisation={firm('1', 'Kot')} onClose={close} />, { session: sessionWith('customer.erase') })

  it('needs a reason and the name', async () => {
    answers = [
      [/\/erasure\/preview$/, () => ({ people: 2, joined: 1, left: [], held: false, holds: [] })],
      [/\/organisations\/1\/erasure$/, () => ({ id: '1', erased_at: '2026-01-01T00:00:00Z', erasure_id: '77', left: [] })],
    ]
    close.mockClear()
    show()
    expect(await screen.findByText('2 people stay and belong to no organisation then.')).toBeTruthy()
    expect(screen.getByText('1 other record that is held to be it goes with it.')).toBeTruthy()
    const erase = screen.getByRole('button', { name: 'Erase for good' })
    fireEvent.click(erase)
    expect(await screen.findByText('This is not its name.')).toBeTruthy()
    expect(sent).toEqual([])
    fireEvent.change(screen.getByRole('textbox', { name: /^Reason/ }), { target: { value: ' they asked ' } })
    fireEvent.change(screen.getByRole('textbox', { name: /Kot/ }), { target: { value: 'Kot' } })
    fireEvent.click(erase)
    await waitFor(() => expect(sent).toEqual([{ path: '/api/v1/organisations/1/erasure', body: { reason: 'they asked' } }]))
    expect(await screen.findByText('It was erased. The certificate says what has gone.')).toBeTruthy()
    expect(screen.getByRole('link', { name: 'Certificate' }).getAttribute('href')).toBe('/api/v1/erasures/77/certificate')
    expect(close).not.toHaveBeenCalled()
    fireEvent.click(screen.getAllByRole('button', { name: 'Close' }).at(-1)!)
    expect(close).toHaveBeenCalled()
  })

  it('cannot be done while it is held, and says by what', async () => {
    answers = [[/\/erasure\/preview$/, () => ({ people: 0, joined: 0, left: [], held: true, holds: [{ id: '5', brand_id: '1', customer_id: '9', title: 'Zofia Zając', reason: 'court', placed_at: '2026-01-01T00:00:00Z' }] })]]
    show()
    expect(await screen.findByText('A legal hold is on it: nothing may be erased.')).toBeTruthy()
    expect(screen.getByRole('link', { name: 'Zofia Zając' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Erase for good' })).toBeNull()
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  it('goes around who is held, and says so', async () => {
    const left = [{ kind: 'organisation', id: '1', reason: 'hold' }]
    answers = [
      [/\/erasure\/preview$/, () => ({ people: 2, joined: 0, left, held: false, holds: [{ id: '5', brand_id: '1', customer_id: '9', title: 'Zofia Zając', reason: 'court', placed_at: '2026-01-01T00:00:00Z' }] })],
      [/\/organisations\/1\/erasure$/, () => ({ id: '1', erasure_id: '78', left })],
    ]
    show()
    expect(await screen.findByText(/Because of a legal hold some of it stays/)).toBeTruthy()
    fireEvent.change(screen.getByRole('textbox', { name: /^Reason/ }), { target: { value: 'they asked' } })
    fireEvent.change(screen.getByRole('textbox', { name: /Kot/ }), { target: { value: 'Kot' } })
    fireEvent.click(screen.getByRole('button', { name: 'Erase for good' }))
    expect(await screen.findByText(/^What was not held has gone/)).toBeTruthy()
  })
})
