import { act, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { EntryView } from './EntryView'
import type { Shown } from './entries'
import type { Detail } from './types'

const detail = { id: '1', brand_id: '2', customer: { id: '3', name: 'Réka' } } as Detail
const prechat = (data: Shown['data']): Shown => ({ id: '9', seq: 1, kind: 'system', author: 'system', code: 'prechat', occurred_at: '2026-03-02T09:00:00Z', data }) as Shown

describe('the form before the chat', () => {
  it('shows what was answered', () => {
    renderDesk(<EntryView entry={prechat({ answers: [{ name: 'topic', label: 'Subject', value: 'Invoice' }, { name: 'email', label: '', value: 'reka@example.hu' }], consent: '3' })} detail={detail} first last />)
    expect(screen.getByText(/Réka began with the form/)).toBeTruthy()
    expect(screen.getAllByRole('term').map((e) => e.textContent)).toEqual(['Subject', 'email'])
    expect(screen.getAllByRole('definition').map((e) => e.textContent)).toEqual(['Invoice', 'reka@example.hu'])
  })

  it('shows no list where only consent was asked', () => {
    renderDesk(<EntryView entry={prechat({ consent: '3' })} detail={detail} first last />)
    expect(screen.queryByRole('term')).toBeNull()
  })
})

describe('answers that went by e-mail', () => {
  const letter = (state: string, reason?: string): Shown =>
    ({ id: '9', seq: 4, kind: 'system', author: 'system', code: 'mailed', occurred_at: '2026-03-02T09:00:00Z', data: { address: 'reka@posta.example', first: 2, last: 3 }, delivery: { state, reason, at: '' } }) as unknown as Shown

  it('say so', () => {
    const answer = { id: '8', seq: 3, kind: 'message', author: 'agent', text: 'Yes', mailed: true, occurred_at: '2026-03-02T09:00:00Z', delivery: { state: 'sent', at: '' } } as unknown as Shown
    renderDesk(<EntryView entry={answer} detail={{ ...detail, capabilities: {} } as Detail} first last />, { session: sessionWith('conversation.read') })
    expect(screen.getByText(/Sent by e-mail/)).toBeTruthy()
  })
  it('say where they went', async () => {
    await act(async () => void renderDesk(<EntryView entry={letter('sent')} detail={detail} first last />, { session: sessionWith('conversation.read', 'conversation.reply') }))
    expect(screen.getByText(/goes by e-mail to reka@posta.example/)).toBeTruthy()
  })
  it('say why they did not', async () => {
    await act(async () => void renderDesk(<EntryView entry={letter('failed', 'delivery.bounced')} detail={detail} first last />, { session: sessionWith('conversation.read', 'conversation.reply') }))
    expect(await screen.findByText(/has sent the mail back/)).toBeTruthy()
  })
  it('are not sent to who has read them meanwhile', () => {
    renderDesk(<EntryView entry={letter('cancelled', 'delivery.seen')} detail={detail} first last />)
    expect(screen.getByText(/come back to the chat and read it there/)).toBeTruthy()
  })
})
