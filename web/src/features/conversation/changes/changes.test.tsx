import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { undoCommand } from '@/kit/toast'
import { EntryView } from '../EntryView'
import type { Shown } from '../entries'
import type { Detail, Entry } from '../types'

const at = '2026-05-14T10:00:00Z'
const detail = {
  id: '7', brand_id: '2', customer: { id: '3', name: 'Réka' }, capabilities: { acts: ['send', 'edit', 'delete', 'react'], edit_seconds: 0, delete_seconds: 0, text_limit: 20, reaction_set: ['👍', '❤️'] },
} as Detail
const ours = (more: Partial<Shown> = {}) => ({ id: '9', seq: 2, kind: 'message', author: 'agent', user: { id: '1', name: 'Marta Zając' }, text: 'On Friday', occurred_at: at, received_at: at, delivery: { state: 'sent', at }, ...more }) as Shown
const theirs = (more: Partial<Shown> = {}) => ({ id: '8', seq: 1, kind: 'message', author: 'customer', text: 'Thanks', occurred_at: at, received_at: at, ...more }) as Shown
// The menu and the form are parts of their own: what shows them is waited for.
const show = (entry: Shown) => act(async () => renderDesk(<EntryView entry={entry} detail={detail} first last />, { session: sessionWith('conversation.reply'), commands: [undoCommand] }))
const press = (on: Element) => act(async () => void fireEvent.click(on))

const asked: { path: string; body: unknown }[] = []
function answer(status: number, body: object) {
  asked.length = 0
  vi.stubGlobal(
    'fetch',
    vi.fn(async (request: Request) => {
      const text = await request.clone().text()
      asked.push({ path: new URL(request.url).pathname, body: text ? JSON.parse(text) : undefined })
      return Response.json(body, { status, headers: status >= 400 ? { 'Content-Type': 'application/problem+json' } : {} })
    }),
  )
}
const made = (more: Partial<Entry>) => ({ id: '10', seq: 3, kind: 'edit', author: 'agent', target_id: '9', text: '', occurred_at: at, received_at: at, ...more })

// A field that grows with its text asks for this; jsdom has none.
beforeAll(() => void Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true }))

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a message of ours', () => {
  it('is put right where it stands', async () => {
    answer(200, made({ text: 'On Saturday' }))
    await show(ours())
    await press(await screen.findByRole('button', { name: 'What to do with this message' }))
    await press(await screen.findByRole('menuitem', { name: 'Edit' }))
    const box = await screen.findByRole('textbox', { name: 'New text of the message' })
    fireEvent.change(box, { target: { value: 'x'.repeat(21) } })
    expect(screen.getByRole('button', { name: 'Save' }).hasAttribute('disabled')).toBe(true)
    fireEvent.change(box, { target: { value: ' On Saturday ' } })
    fireEvent.keyDown(box, { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(screen.queryByRole('textbox')).toBeNull())
    expect(asked).toEqual([{ path: '/api/v1/conversations/7/entries/9/edit', body: { text: 'On Saturday' } }])
  })

  it('keeps what was typed and says why, if it is refused', async () => {
    answer(409, { status: 409, code: 'entry.late_edit', title: 'Conflict', detail: '', values: { minutes: 15 } })
    await show(ours())
    await press(await screen.findByRole('button', { name: 'What to do with this message' }))
    await press(await screen.findByRole('menuitem', { name: 'Edit' }))
    const box = await screen.findByRole('textbox')
    fireEvent.change(box, { target: { value: 'Later' } })
    await press(screen.getByRole('button', { name: 'Save' }))
    expect((await screen.findByRole('alert')).textContent).toContain('too late')
    expect((screen.getByRole('textbox') as HTMLTextAreaElement).value).toBe('Later')
    fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Escape' })
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  it('is shown as deleted at once, and nothing is asked while it can be undone', async () => {
    answer(200, made({ kind: 'deletion' }))
    await show(ours())
    await press(await screen.findByRole('button', { name: 'What to do with this message' }))
    await press(await screen.findByRole('menuitem', { name: 'Delete for the customer' }))
    expect(await screen.findByText('Deleted for the customer')).toBeTruthy()
    await press(screen.getByRole('button', { name: /undo/i }))
    expect(await screen.findByText('On Friday')).toBeTruthy()
    expect(screen.queryByText('Deleted for the customer')).toBeNull()
    expect(asked).toEqual([])
  })

  it('shows its text to those who may read on, after they ask', async () => {
    await show(ours({ deleted: true }))
    expect(screen.queryByText('On Friday')).toBeNull()
    await press(screen.getByRole('button', { name: 'Show the text' }))
    expect(screen.getByText('On Friday')).toBeTruthy()
  })

  it('has no text to show where the server gives none', async () => {
    await show(ours({ deleted: true, text: '' }))
    expect(screen.getByText('Deleted for the customer')).toBeTruthy()
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('tells on demand what it said before', async () => {
    await show(ours({ edited: true, history: [{ text: 'On Thursday', at }] }))
    const mark = screen.getByRole('button', { name: 'edited' })
    expect(mark.getAttribute('aria-expanded')).toBe('false')
    await press(mark)
    expect(within(screen.getByRole('group', { name: 'What it said before' })).getByText('On Thursday')).toBeTruthy()
  })

  it('says that a change failed and has it tried again', async () => {
    answer(200, made({ delivery: { state: 'queued', at } }))
    await show(ours({ change: made({ delivery: { state: 'failed', reason: 'own.gone', at } }) as Entry }))
    expect(screen.getByRole('alert').textContent).toContain('Not changed for the customer')
    await press(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(asked).toEqual([{ path: '/api/v1/conversations/7/entries/10/decide', body: { decision: 'again' } }]))
  })
})

describe('a message of the customer', () => {
  it('is reacted to with what the channel takes, and that is taken back', async () => {
    answer(200, made({ kind: 'reaction', target_id: '8', text: '👍' }))
    const { unmount } = await show(theirs())
    await press(await screen.findByRole('button', { name: 'React' }))
    expect((await screen.findAllByRole('menuitemcheckbox')).map((e) => e.textContent)).toEqual(['👍', '❤️'])
    await press(screen.getByRole('menuitemcheckbox', { name: '👍' }))
    await waitFor(() => expect(asked).toEqual([{ path: '/api/v1/conversations/7/entries/8/reaction', body: { reaction: '👍', off: false } }]))
    unmount()
    await show(theirs({ reactions: [{ text: '👍', author: 'agent', user: { id: '1', name: 'Marta Zając' } }] }))
    expect(screen.getByRole('list', { name: 'Reactions' }).textContent).toContain('You')
    await press(await screen.findByRole('button', { name: 'React' }))
    const put = await screen.findByRole('menuitemcheckbox', { name: '👍' })
    expect(put.getAttribute('aria-checked')).toBe('true')
    await press(put)
    await waitFor(() => expect(asked.at(-1)?.body).toEqual({ reaction: '👍', off: true }))
  })
})
