import { RouterProvider, createMemoryHistory, createRootRoute, createRouter } from '@tanstack/react-router'
import { screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { renderDesk } from '@/testing/render'
import { MomentView } from './MomentView'
import type { Moment } from './story'

beforeEach(() => void vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ items: [] }))))
afterEach(() => void vi.unstubAllGlobals())

const base = { id: '1', at: '2026-03-02T09:00:00Z', customer_id: '9' }
const talk = { conversation_id: '7', author: 'customer', customer: 'Zofia Wilk' } as const

/** Shows a moment where links lead somewhere. */
function show(moment: Moment) {
  const routeTree = createRootRoute({ component: () => <MomentView moment={moment} /> })
  const router = createRouter({ routeTree, history: createMemoryHistory() })
  return renderDesk(<RouterProvider router={router as never} />)
}

describe('a moment', () => {
  it('names who wrote and leads to the conversation, and reads no markup', async () => {
    const { container } = show({ ...base, kind: 'message', channel: 'email', text: '<img src=x> My invoice', talk: { ...talk, subject: 'Wrong invoice' } })
    expect((await screen.findByRole('link', { name: 'Wrong invoice' })).getAttribute('href')).toBe('/conversations/7')
    expect(screen.getByText('Zofia Wilk')).toBeTruthy()
    expect(container.querySelector('img')).toBeNull()
  })

  it('says that a message was taken back', async () => {
    show({ ...base, kind: 'message', channel: 'webchat', talk: { ...talk, deleted: true } })
    expect(await screen.findByText('Taken back by its author')).toBeTruthy()
  })

  it('says in words what was done with a case', async () => {
    const done: Moment = { ...base, kind: 'case', by: { id: '3', name: 'Ola' }, case: { case_id: '5', number: 4, subject: 'Invoice', what: 'case.update', changes: [{ path: 'priority', before: 1, after: 2 }] } }
    show(done)
    expect(await screen.findByText(/Normal → High/)).toBeTruthy()
    expect(screen.getByRole('link', { name: '#4 Invoice' })).toBeTruthy()
  })

  it('leads to who was held to be the same', async () => {
    show({ ...base, kind: 'join', by: { id: '3', name: 'Ola' }, join: { what: 'joined', other_id: '8', other_name: 'Z. Wilk', reason: 'same_phone' } })
    expect((await screen.findByRole('link', { name: 'Z. Wilk' })).getAttribute('href')).toBe('/customers/8')
    expect(screen.getByText(/same phone number/)).toBeTruthy()
  })
})
