import { fireEvent, screen, waitFor } from '@testing-library/react'
import type * as Router from '@tanstack/react-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { FindCustomer } from './FindCustomer'

const navigate = vi.fn<(to: { to: string; search: { open: string } }) => void>()

// The router is another's business: here it is enough where it is asked to go.
vi.mock('@tanstack/react-router', async (original) => ({
  ...(await original<typeof Router>()),
  useNavigate: () => navigate,
  Link: ({ search, children }: { search: { open: string }; children: React.ReactNode }) => <a href={`?open=${search.open}`}>{children}</a>,
}))

const people = [
  { id: '11', name: 'Zofia Zając', email: 'zofia@posta.example', phone: '', company: 'Fala' },
  { id: '12', name: 'Zenon Zając', email: '', phone: '+48 600 100 200', company: '' },
]
let words: string[] = []

beforeEach(() => {
  words = []
  navigate.mockClear()
  vi.stubGlobal('fetch', async (request: Request) => {
    const q = new URL(request.url, 'http://desk').searchParams.get('q') ?? ''
    words.push(q)
    return Response.json({ items: q === 'nobody' ? [] : people })
  })
})
afterEach(() => void vi.unstubAllGlobals())

const field = () => screen.getByRole('searchbox', { name: 'Find a customer' })
const type = (text: string) => fireEvent.change(field(), { target: { value: text } })

describe('finding whose data it is', () => {
  it('asks for nothing until something is typed', () => {
    renderDesk(<FindCustomer />, { session: sessionWith('customer.erase') })
    expect(words).toEqual([])
    expect(screen.queryByRole('list')).toBeNull()
  })

  it('shows who is found, by name, address and number', async () => {
    renderDesk(<FindCustomer />, { session: sessionWith('customer.erase') })
    type('zaj')
    expect((await screen.findByRole('link', { name: 'Zofia Zając' })).getAttribute('href')).toBe('?open=11')
    expect(screen.getByText('zofia@posta.example · Fala')).toBeTruthy()
    expect(screen.getByText('+48 600 100 200')).toBeTruthy()
    expect(words).toEqual(['zaj'])
    expect(screen.getByRole('status').textContent).toBe('Customers found: 2')
  })

  it('opens by keyboard who was chosen, and nobody who was not', async () => {
    renderDesk(<FindCustomer />, { session: sessionWith('customer.erase') })
    type('zaj')
    await screen.findByRole('link', { name: 'Zofia Zając' })
    fireEvent.keyDown(field(), { key: 'Enter' })
    expect(navigate).not.toHaveBeenCalled()
    fireEvent.keyDown(field(), { key: 'ArrowDown' })
    fireEvent.keyDown(field(), { key: 'ArrowDown' })
    fireEvent.keyDown(field(), { key: 'Enter' })
    expect(navigate).toHaveBeenCalledExactlyOnceWith({ to: '/admin/privacy', search: { open: '12' } })
  })

  it('says that nobody is found', async () => {
    renderDesk(<FindCustomer />, { session: sessionWith('customer.erase') })
    type('nobody')
    expect(await screen.findByText('Nobody is found.')).toBeTruthy()
  })

  it('takes the key of a certificate, of somebody who cannot be found any more', async () => {
    renderDesk(<FindCustomer />, { session: sessionWith('customer.erase') })
    type('126348499596851203')
    expect((await screen.findByRole('link', { name: 'The customer with the key 126348499596851203' })).getAttribute('href')).toBe('?open=126348499596851203')
    fireEvent.keyDown(field(), { key: 'Enter' })
    await waitFor(() => expect(navigate).toHaveBeenCalledWith({ to: '/admin/privacy', search: { open: '126348499596851203' } }))
  })
})
