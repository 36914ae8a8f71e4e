import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { actsOn } from '../changes/actsOn'
import type { Detail, Entry } from '../types'
import { answerTo, useAbout } from './about'
import { QuoteBar } from './Quote'
import { conversationCommands } from '../commands'

const at = '2026-05-14T10:00:00Z'
const soon = Date.parse(at) + 60_000
const session = sessionWith('conversation.reply')
const detail = {
  id: '8', brand_id: '2', channel: 'whatsapp', state: 'active', agent: { id: '1', name: 'Marta Zając' }, customer: { id: '3', name: 'Anna Kiss' }, entry_point: { id: '4', name: 'Fala', channel: 'whatsapp' },
  capabilities: { acts: ['send', 'react'], public: false, replies: true, edit_seconds: 0, delete_seconds: 0, text_limit: 4096 },
} as unknown as Detail
const said = (seq: number, more: Partial<Entry> = {}) => ({ id: `${seq}`, seq, kind: 'message', author: 'customer', text: `text ${seq}`, occurred_at: at, received_at: at, ...more }) as Entry
const ours = (seq: number, state: 'queued' | 'sent') => said(seq, { author: 'agent', user: { id: '9', name: 'Jan' }, delivery: { state, at } })

afterEach(() => answerTo('8', undefined))

describe('a private message', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['of the customer', actsOn(said(1), detail, session, soon), ['react', 'answer']],
    ['of ours that is there', actsOn(ours(2, 'sent'), detail, session, soon), ['answer']],
    ['of ours that is on its way', actsOn(ours(2, 'queued'), detail, session, soon), []],
    ['where the channel knows no quotes', actsOn(said(1), { ...detail, capabilities: { ...detail.capabilities, replies: false } } as Detail, session, soon), ['react']],
  ])('can be quoted %s', (_, got, want) => expect(got).toEqual(want))

  it('is quoted by a key, and the quote is dropped again', async () => {
    function Bar() {
      return <QuoteBar detail={detail} entries={[said(1), said(2), ours(3, 'sent')]} about={useAbout('8')} />
    }
    await act(async () => renderDesk(<Bar />, { session, commands: [conversationCommands.quote] }))
    await act(async () => void fireEvent.keyDown(document.body, { key: 'R', code: 'KeyR', shiftKey: true }))
    await waitFor(() => expect(screen.getByText('text 2')).toBeTruthy())
    expect(screen.getByText('Replying to Anna Kiss')).toBeTruthy()
    await act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Do not quote this' })))
    expect(screen.queryByText('text 2')).toBeNull()
  })
})
