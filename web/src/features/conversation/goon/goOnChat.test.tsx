import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { useCommand } from '@/lib/keys'
import { conversationCommands } from '../commands'
import { useInsertions } from '../insertions'
import { actsFor } from '../rights'
import type { Shown } from '../entries'
import type { Detail } from '../types'
import { isGoingOn } from './codes'
import { GoingOn } from './GoingOn'
import { useGoOnChat } from './useGoOnChat'

vi.mock('@tanstack/react-router', () => ({ Link: ({ params, children }: { params: { id: string }; children: React.ReactNode }) => <a href={`/conversations/${params.id}`}>{children}</a> }))

const me = { id: '1', name: 'Marta Zając' }
const mail = { id: '7', brand_id: '3', channel: 'email', state: 'active', agent: me, subject: 'Invoice', customer: { id: '5', name: 'Zofia Wilk' } } as Detail
const session = sessionWith('conversation.reply', 'case.edit')

let asked: string[]
let widgets: { id: string; name: string }[]
let invitations: object[]

beforeEach(() => {
  asked = []
  widgets = [{ id: '9', name: 'Chat' }]
  invitations = []
  vi.stubGlobal('fetch', async (input: Request) => {
    const { pathname } = new URL(input.url)
    asked.push(`${input.method} ${pathname} ${input.method === 'POST' ? JSON.stringify(await input.json()) : ''}`.trim())
    if (pathname.endsWith('/chat-widgets')) return Response.json({ items: widgets })
    if (pathname.endsWith('/cases')) return Response.json({ items: [{ id: '4', category: 'working' }] })
    if (input.method === 'DELETE') return new Response(null, { status: 204 })
    if (input.method === 'GET') return Response.json({ items: invitations })
    return Response.json({ id: '8', link: '/c/KEY?lang=pl#i1.secret' }, { status: 201 })
  })
})

function Pane({ detail, onInsert }: { detail: Detail; onInsert: (words: string) => void }) {
  useInsertions(detail.id, onInsert, true)
  const goOn = useGoOnChat(detail, actsFor(detail, session))
  useCommand(conversationCommands.goOnChat, () => void goOn?.(), goOn !== undefined)
  return <p>{goOn ? 'can' : 'cannot'}</p>
}

async function open(detail: Detail = mail) {
  const inserted: string[] = []
  await act(async () => renderDesk(<Pane detail={detail} onInsert={(words) => inserted.push(words)} />, { session, commands: [conversationCommands.goOnChat] }))
  return inserted
}

describe('going on by chat', () => {
  it('puts a link into the reply, by the keyboard, and belongs to the case of the conversation', async () => {
    const inserted = await open()
    await screen.findByText('can')
    fireEvent.keyDown(document.body, { key: 'G', code: 'KeyG', shiftKey: true })
    await waitFor(() => expect(inserted).toHaveLength(1))
    expect(inserted[0]).toBe(new URL('/c/KEY?lang=pl#i1.secret', location.origin).href)
    expect(asked.filter((a) => a.startsWith('POST'))).toEqual(['POST /api/v1/conversations/7/chat-invitations {"case_id":"4"}'])
  })

  it.each<[string, Partial<Detail>]>([
    ['in a chat', { channel: 'webchat' }],
    ['where everybody reads', { post: { id: '2' } as Detail['post'] }],
    ['once it is closed', { state: 'closed' }],
  ])('cannot be done %s', async (_, more) => {
    await open({ ...mail, ...more })
    expect(screen.queryByText('cannot')).not.toBeNull()
    expect(asked).toEqual([])
  })

  it('cannot be done where the brand has no open chat', async () => {
    widgets = []
    await open()
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(screen.queryByText('cannot')).not.toBeNull()
  })
})

const entry = (code: string, data: object) => ({ id: '1', seq: 3, kind: 'system', author: 'system', code, data, user: me, occurred_at: '2026-03-02T09:00:00Z' }) as unknown as Shown
const show = (e: Shown) => act(async () => renderDesk(<GoingOn entry={e} detail={mail} />, { session }))

describe('what a conversation tells of going on', () => {
  it('is told by entries of the system', () => expect([isGoingOn(entry('came_from', {})), isGoingOn(entry('joined', {})), isGoingOn({ ...entry('came_from', {}), kind: 'message' })]).toEqual([true, false, false]))

  it('leads from each to the other', async () => {
    await show(entry('goes_on_chat', { conversation_id: '12', channel: 'webchat' }))
    expect(await screen.findByText(/Zofia Wilk goes on by chat/)).not.toBeNull()
    expect(screen.getByRole('link', { name: 'To the chat' }).getAttribute('href')).toBe('/conversations/12')
  })

  it('says until when an invitation holds, and takes it back', async () => {
    invitations = [{ id: '8', state: 'open', expires_at: '2026-03-09T09:00:00Z' }]
    await show(entry('chat_invited', { invitation_id: '8' }))
    await screen.findByText(/Marta Zając made a link/)
    await screen.findByText(/can begin the chat until/)
    invitations = [{ id: '8', state: 'withdrawn', expires_at: '2026-03-09T09:00:00Z' }]
    fireEvent.click(screen.getByRole('button', { name: 'Withdraw the link' }))
    await screen.findByText('The link was withdrawn.')
    expect(asked).toContain('DELETE /api/v1/conversations/7/chat-invitations/8')
  })
})
