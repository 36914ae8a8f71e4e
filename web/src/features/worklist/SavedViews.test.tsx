import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { ManageDialog, SaveViewDialog } from './SavedViewDialogs'
import type { Saved } from './savedViews'

afterEach(() => void vi.unstubAllGlobals())

const saved = (id: string, name: string, more: Partial<Saved> = {}): Saved => ({ id, name, shared: 'own', mine: true, editable: true, rev: 3, changed_at: '2026-05-14T10:00:00Z', query: { view: 'queues' }, ...more })

function serve(items: Saved[]) {
  const asked: { method: string; url: string; body: unknown }[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.text()
    asked.push({ method: request.method, url: new URL(request.url).pathname, body: text ? JSON.parse(text) : undefined })
    return request.method === 'GET' ? Response.json({ items, teams: [{ id: '9', name: 'Night' }], share_all: true }) : Response.json(items[0] ?? {}, { status: request.method === 'DELETE' ? 200 : 201 })
  })
  return asked
}

describe('managing saved views', () => {
  it('says whose a shared one is and lets change it only who may', async () => {
    serve([saved('1', 'Mine'), saved('2', 'Nights', { mine: false, editable: false, shared: 'team', team_id: '9', team_name: 'Night', owner_name: 'Lena Lead' })])
    renderDesk(<ManageDialog search={{}} onClose={() => undefined} />, { session: sessionWith('conversation.read') })
    const others = await screen.findByRole('region', { name: 'Shared with you' })
    expect(within(others).getByText(/by Lena Lead · Team Night/)).toBeTruthy()
    expect(within(others).queryByRole('button')).toBeNull()
    expect(within(screen.getByRole('region', { name: 'Your own' })).getAllByRole('button')).toHaveLength(2)
  })

  it('changes a view against the version that was seen', async () => {
    const asked = serve([saved('2', 'Nights', { shared: 'all' })])
    renderDesk(<ManageDialog search={{ view: 'all' }} onClose={() => undefined} />, { session: sessionWith('conversation.read') })
    fireEvent.click(await screen.findByRole('button', { name: 'Edit the view Nights' }))
    fireEvent.change(await screen.findByRole('textbox', { name: /Name of the view/ }), { target: { value: 'Days ' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(asked.some((a) => a.method === 'PUT')).toBe(true))
    expect(asked.find((a) => a.method === 'PUT')).toEqual({ method: 'PUT', url: '/api/v1/saved-views/2', body: { name: 'Days', shared: 'all', query: { view: 'queues' }, rev: 3 } })
  })

  it('has words for a list that is empty', async () => {
    serve([])
    renderDesk(<ManageDialog search={{}} onClose={() => undefined} />, { session: sessionWith('conversation.read') })
    expect(await screen.findByText(/No saved views yet/)).toBeTruthy()
  })
})

describe('saving a view', () => {
  it('keeps what the list shows, and asks for a name first', async () => {
    const asked = serve([])
    renderDesk(<SaveViewDialog search={{ view: 'closed', q: 'paczka', c: '7' }} onClose={() => undefined} />, { session: sessionWith('conversation.read') })
    fireEvent.click(await screen.findByRole('button', { name: 'Save' }))
    expect(asked.some((a) => a.method === 'POST')).toBe(false)
    fireEvent.change(screen.getByRole('textbox', { name: /Name of the view/ }), { target: { value: 'Parcels' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(asked.find((a) => a.method === 'POST')?.body).toEqual({ name: 'Parcels', shared: 'own', query: { view: 'closed', q: 'paczka' } }))
  })
})
