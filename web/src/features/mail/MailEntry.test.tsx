import { fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { keys } from '../conversation/caches'
import type { Shown } from '../conversation/entries'
import type { Detail } from '../conversation/types'
import { MailEntry } from './MailEntry'
import { takeBacks } from './putBack'

const detail = { id: '7', brand_id: '2', channel: 'email', customer: { id: '3', name: 'Zofia Wilk' } } as Detail
const entry = (more: Partial<Shown>): Shown => ({ id: '9', seq: 1, kind: 'message', author: 'customer', text: 'Hello', occurred_at: '2026-03-02T09:00:00Z', received_at: '', ...more }) as Shown
const session = sessionWith('conversation.reply', 'conversation.read', 'names.read')
const ours = (delivery: Shown['delivery']) => entry({ author: 'agent', user: { id: '1', name: 'Marta Zając' }, delivery })

// The page of a mail is the server's.
const { happyDOM } = globalThis as unknown as { happyDOM: { settings: { disableIframePageLoading: boolean } } }
happyDOM.settings.disableIframePageLoading = true

let asked: { url: string; body: unknown }[]
const answer = (more: object) => {
  asked = []
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push({ url: new URL(request.url).pathname, body: request.method === 'POST' && request.body ? await request.clone().json() : undefined })
    return Response.json(request.method === 'GET' ? { items: [{ entry_id: '9', send_at: new Date(Date.now() + 8000).toISOString() }] } : { ...ours({ state: 'queued', at: '' }), ...more })
  })
}
afterEach(() => vi.unstubAllGlobals())

describe('a mail', () => {
  it('shows from whom to whom, its subject, and every address on demand', () => {
    renderDesk(<MailEntry entry={entry({ data: { subject: 'Rachunek', from: 'Zofia Wilk <z@p.example>', to: ['info@fala.example'], cc: ['kot@p.example'] } })} detail={detail} />, { session })
    expect(screen.getByRole('heading', { name: 'Rachunek' })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: /to info@fala.example and 1 more/ }))
    expect(screen.getAllByRole('definition').map((d) => d.textContent)).toEqual(['Zofia Wilk <z@p.example>', 'info@fala.example', 'kot@p.example', 'Rachunek'])
    expect(screen.getByRole('link', { name: 'Original' }).getAttribute('href')).toContain('/entries/9/original')
  })

  it('calls a customer without a name as they are called everywhere', () => {
    const nobody = { ...detail, customer: { id: '3', name: '' } }
    const { unmount } = renderDesk(<MailEntry entry={entry({})} detail={nobody} />, { session })
    expect(screen.getByRole('article', { name: 'E-mail of Unnamed customer' })).toBeTruthy()
    unmount()
    const { unmount: next } = renderDesk(<MailEntry entry={ours({ state: 'sent', at: '' })} detail={nobody} />, { session })
    expect(screen.getByRole('button', { name: /Unnamed customer/ })).toBeTruthy()
    next()
    renderDesk(<MailEntry entry={entry({ data: { from: 'Jan <jan@else.example>', other_party: true } })} detail={nobody} />, { session })
    expect(screen.getByText('Jan (jan@else.example) writes here, not Unnamed customer.')).toBeTruthy()
  })

  it('runs nothing and loads no picture from elsewhere until asked', () => {
    renderDesk(<MailEntry entry={entry({ html: '<p>Hello</p>', data: { remote: 2 } })} detail={detail} />, { session })
    const frame = screen.getByTitle('E-mail of Zofia Wilk')
    expect(frame.getAttribute('sandbox')).not.toContain('allow-scripts')
    expect(frame.getAttribute('src')).toContain('images=false')
    fireEvent.click(screen.getByRole('button', { name: 'Show pictures' }))
    expect(frame.getAttribute('src')).toContain('images=true')
    expect(screen.queryByRole('button', { name: 'Show pictures' })).toBeNull()
  })

  it('lists the files that are not within the text', () => {
    const file = (id: string) => ({ id, name: `${id}.pdf`, size: 2000, type: 'application/pdf', url: `/f/${id}` })
    renderDesk(<MailEntry entry={entry({ data: { inline: { logo: '5' } }, attachments: [file('5'), file('6')] })} detail={detail} />, { session })
    expect(screen.getByText('6.pdf')).toBeTruthy()
    expect(screen.queryByText('5.pdf')).toBeNull()
  })

  it('says what the trusted server has found out, and warns where a domain disowns it', () => {
    const data = { from: 'Bank <info@bank.example>', checks: { spf: 'pass', dkim: 'fail', dmarc: 'fail' }, signed: 'smime' }
    const { unmount } = renderDesk(<MailEntry entry={entry({ data })} detail={detail} />, { session })
    expect(screen.getByText(/The domain bank.example says that this e-mail is not its own/)).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: /Details/ }))
    expect(screen.getAllByRole('definition').map((d) => d.textContent)).toEqual(['Bank <info@bank.example>', 'SPF pass, DKIM fail, DMARC fail', 'with S/MIME; nobody has checked it here'])
    unmount()
    renderDesk(<MailEntry entry={entry({ data: { ...data, checks: { spf: 'fail', dmarc: 'pass' } } })} detail={detail} />, { session })
    expect(screen.queryByText(/is not its own/)).toBeNull()
  })

  it.each([
    ['auto_submitted', 'Written by a machine: it gets no automatic answer.'],
    ['list', 'It came by a mailing list: it gets no automatic answer.'],
    ['not_addressed', 'This mailbox is in neither To nor Cc: it gets no automatic answer.'],
  ])('says why it gets no automatic answer: %s', (machine, words) => {
    renderDesk(<MailEntry entry={entry({ data: { from: 'a@b.example', machine } })} detail={detail} />, { session })
    expect(screen.getByText(words)).toBeTruthy()
  })

  it('says who writes where it is not the customer', () => {
    renderDesk(<MailEntry entry={entry({ data: { from: 'Jan <jan@else.example>', other_party: true } })} detail={detail} />, { session })
    expect(screen.getByText('Jan (jan@else.example) writes here, not Zofia Wilk.')).toBeTruthy()
  })
})

describe('a mail of ours', () => {
  it('can be taken back while it waits', async () => {
    answer({ delivery: { state: 'cancelled', at: '' } })
    const { cache } = renderDesk(<MailEntry entry={ours({ state: 'queued', at: new Date().toISOString() })} detail={detail} />, { session })
    cache.setQueryData(keys.entries('7'), [ours({ state: 'queued', at: '' })])
    expect(await screen.findByText(/Leaves in \d second/)).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }))
    await waitFor(() => expect(cache.getQueryData<Shown[]>(keys.entries('7'))?.[0]?.delivery?.state).toBe('cancelled'))
    expect(asked.map((a) => a.url)).toContain('/api/v1/conversations/7/entries/9/cancel')
  })

  it('comes back with its files', async () => {
    answer({ delivery: { state: 'cancelled', at: '' } })
    const back = vi.fn()
    const stop = takeBacks('7', back)
    const file = { id: '6', name: 'a.pdf', size: 2000, type: 'application/pdf', url: '/f/6' }
    renderDesk(<MailEntry entry={{ ...ours({ state: 'queued', at: new Date().toISOString() }), attachments: [file] }} detail={detail} />, { session })
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }))
    await waitFor(() => expect(back).toHaveBeenCalledWith(expect.objectContaining({ attachments: [file] })))
    stop()
  })

  it('that nobody knows about is a person’s decision', async () => {
    answer({ delivery: { state: 'sent', at: '' } })
    renderDesk(<MailEntry entry={ours({ state: 'ambiguous', at: '' })} detail={detail} />, { session })
    expect(screen.getByText(/Nobody knows whether it arrived/)).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'It arrived' }))
    await waitFor(() => expect(asked.at(-1)).toEqual({ url: '/api/v1/conversations/7/entries/9/decide', body: { decision: 'arrived' } }))
  })

  it('that has failed says why and is sent again, not called arrived', () => {
    renderDesk(<MailEntry entry={ours({ state: 'failed', at: '', reason: 'delivery.bounced' })} detail={detail} />, { session })
    expect(screen.getByText(/The recipient's server has sent the mail back/)).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Send again' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'It arrived' })).toBeNull()
  })

  it('of a colleague is not for those to decide who reply to their own only', () => {
    const own = { ...session, permissions: { ...session.permissions, 'conversation.reply': 'own' as const } }
    renderDesk(<MailEntry entry={entry({ author: 'agent', user: { id: '44', name: 'Kamil' }, delivery: { state: 'ambiguous', at: '' } })} detail={detail} />, { session: own })
    expect(screen.queryByRole('button', { name: 'Send again' })).toBeNull()
  })
})
