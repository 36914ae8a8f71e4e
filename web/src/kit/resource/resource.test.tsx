import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { useEffect, useState } from 'react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/lib/api'
import { renderDesk, sessionWith } from '@/testing/render'
import { ResourceList } from './ResourceList'
import type { ListQuery, Resource, ResourceSearch } from './schema'

interface Skill {
  id: string
  name: string
  archived_at?: string
}

// Any texts of the catalogue will do as the words of a thing.
const words = { title: 'me.keys', create: 'act.create', empty: 'news.empty', archived: 'resource.archived', saved: 'me.saved' } as const

describe('ResourceList', () => {
  let skills: Skill[]
  const create = vi.fn()
  const update = vi.fn()
  let listing: Resource<Skill, { name: string }>['list'] | undefined
  let late = false
  let follow: (q: string) => void
  const listed = ({ q, archived }: ListQuery) => ({ items: skills.filter((s) => (s.archived_at !== undefined) === (archived === true) && (!q || s.name.includes(q))) })
  const resource = (): Resource<Skill, { name: string }> => ({
    key: ['skills'],
    words,
    edit: 'queue.edit',
    nameOf: (s) => s.name,
    columns: [{ id: 'name', label: 'person.name', render: (s) => s.name }],
    fields: [{ kind: 'text', name: 'name', label: 'person.name', required: true }],
    blank: { name: '' },
    toInput: ({ name }) => ({ name }),
    list: async (query) => listing?.(query) ?? listed(query),
    create,
    update: async (id, { name }, before) => void (update(id, { name }, before), (skills = skills.map((s) => (s.id === id ? { ...s, name } : s)))),
    archive: async (id) => void (skills = skills.map((s) => (s.id === id ? { ...s, archived_at: '2026-05-01T00:00:00Z' } : s))),
    restore: async (id) => void (skills = skills.map((s) => (s.id === id ? { id: s.id, name: s.name } : s))),
  })

  function Screen() {
    const [search, setSearch] = useState<ResourceSearch>({})
    useEffect(() => {
      follow = (q) => setSearch({ q })
    }, [])
    return <ResourceList resource={resource()} search={search} onSearch={(next) => late || setSearch(next)} />
  }
  const open = (...permissions: string[]) => renderDesk(<Screen />, { session: sessionWith(...permissions) })
  const field = async () => within(await screen.findByRole('dialog')).getByRole<HTMLInputElement>('textbox')

  beforeEach(() => {
    vi.clearAllMocks()
    listing = undefined
    late = false
    skills = [{ id: '1', name: 'Invoices' }, { id: '2', name: 'Magyar' }]
  })

  it('finds by what is typed and offers to clear it', async () => {
    open('queue.edit')
    fireEvent.change(await screen.findByRole('searchbox'), { target: { value: 'Mag' } })
    await waitFor(() => expect(screen.queryByText('Invoices')).toBeNull())
    expect(screen.getByText('Magyar')).toBeTruthy()
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'nothing' } })
    fireEvent.click(await screen.findByText('Clear filters'))
    expect(await screen.findByText('Invoices')).toBeTruthy()
  })

  it('shows the server’s error beside its field and keeps what was typed', async () => {
    create.mockRejectedValueOnce(new Problem({ status: 422, code: 'fields', fields: [{ path: 'name', code: 'items.unique' }] }))
    create.mockImplementationOnce(async ({ name }) => void skills.push({ id: '3', name }))
    open('queue.edit')
    fireEvent.click(await screen.findByText('Create'))
    const name = await field()
    const submit = screen.getAllByRole('button', { name: 'Create' }).find((b) => b.getAttribute('type') === 'submit')!
    fireEvent.click(submit)
    expect(create).not.toHaveBeenCalled()
    fireEvent.change(name, { target: { value: 'Invoices' } })
    fireEvent.click(submit)
    expect(await screen.findByText('Each may stand here only once.')).toBeTruthy()
    expect(name.value).toBe('Invoices')
    fireEvent.change(name, { target: { value: 'Orders' } })
    fireEvent.click(submit)
    expect(await screen.findByText('Orders')).toBeTruthy()
  })

  it('keeps the open form and its text when asking again fails', async () => {
    const { cache } = open('queue.edit')
    fireEvent.click(await screen.findByText('Invoices'))
    const name = await field()
    fireEvent.change(name, { target: { value: 'Invoices and more' } })
    listing = async () => Promise.reject(new Problem({ status: 503 }))
    await cache.refetchQueries()
    await waitFor(() => expect(cache.getQueryCache().findAll({ predicate: (q) => q.state.status === 'error' })).not.toHaveLength(0))
    expect(name.isConnected).toBe(true)
    expect((await field()).value).toBe('Invoices and more')
  })

  it('keeps the open form when a colleague has taken its thing off the list', async () => {
    const { cache } = open('queue.edit')
    fireEvent.click(await screen.findByText('Invoices'))
    const name = await field()
    fireEvent.change(name, { target: { value: 'Invoices and more' } })
    skills = skills.slice(1)
    await cache.refetchQueries()
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Invoices' })).toBeNull())
    expect((await field()).value).toBe('Invoices and more')
  })

  it('sends as before what the form opened with, not what a colleague has saved since', async () => {
    const { cache } = open('queue.edit')
    fireEvent.click(await screen.findByText('Invoices'))
    fireEvent.change(await field(), { target: { value: 'Bills' } })
    skills = [{ id: '1', name: 'Accounts' }]
    await cache.refetchQueries()
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(update).toHaveBeenCalledWith('1', { name: 'Bills' }, { name: 'Invoices' }))
  })

  it('lets one type on while the address follows late', async () => {
    open('queue.edit')
    const box = await screen.findByRole<HTMLInputElement>('searchbox')
    fireEvent.focus(box)
    late = true
    fireEvent.change(box, { target: { value: 'Ma' } })
    expect(box.value).toBe('Ma')
    fireEvent.change(box, { target: { value: 'Mag' } })
    act(() => follow('Ma'))
    expect(box.value).toBe('Mag')
  })

  it('archives at once and takes it back on Z', async () => {
    open('queue.edit')
    fireEvent.click(await screen.findByText('Invoices'))
    fireEvent.click(await screen.findByRole('button', { name: 'Archive' }))
    await waitFor(() => expect(skills[0]?.archived_at).toBeDefined())
    await screen.findByText(/Undo/)
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    fireEvent.keyDown(document.body, { key: 'z', code: 'KeyZ' })
    await waitFor(() => expect(skills[0]?.archived_at).toBeUndefined())
    expect(await screen.findByText('Invoices')).toBeTruthy()
  })

  it('only shows to who may not change', async () => {
    open()
    fireEvent.click(await screen.findByText('Invoices'))
    expect((await field()).disabled).toBe(true)
    expect(screen.queryByText('Create')).toBeNull()
    expect(screen.queryByText('Archive')).toBeNull()
  })
})
