import { fireEvent, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import type { CheckedCertificate } from './api'
import { CheckCertificate } from './CheckCertificate'

afterEach(() => void vi.unstubAllGlobals())

const checked = (more: Partial<CheckedCertificate>): CheckedCertificate => ({
  verdict: 'genuine',
  differs: [],
  sound: true,
  number: 4,
  erasure_id: '9',
  customer_ids: ['12', '13'],
  organisation_ids: [],
  reference: 'RODO 7/2026',
  requested_by: 'Marta Zając',
  requested_at: '2026-05-14T10:00:00Z',
  finished_at: '2026-05-14T10:05:00Z',
  removed: { messages: 31 },
  left: [{ kind: 'case', id: '5', reason: 'hold', detail: '#12' }],
  ...more,
})

async function check(answer: Response) {
  vi.stubGlobal('fetch', async () => answer)
  renderDesk(<CheckCertificate />, { session: sessionWith('customer.erase') })
  expect(screen.getByRole('button', { name: 'Check' }).hasAttribute('disabled')).toBe(true)
  fireEvent.change(screen.getByRole('textbox', { name: 'Certificate' }), { target: { value: '{"number": 4}' } })
  fireEvent.click(screen.getByRole('button', { name: 'Check' }))
}

describe('the check of a certificate', () => {
  it('says that it is genuine, and what it says', async () => {
    await check(Response.json(checked({})))
    expect(await screen.findByText('Genuine: certificate 4 was issued here and says this.')).toBeTruthy()
    for (const said of [/Ordered by Marta Zając/, 'Of 2 customers: 12, 13', /RODO 7\/2026/, '31', 'Legal hold']) expect(screen.getByText(said)).toBeTruthy()
  })
  it('names what differs', async () => {
    await check(Response.json(checked({ verdict: 'altered', differs: ['reference', 'removed'] })))
    expect(await screen.findByText(/^Not genuine/)).toBeTruthy()
    expect(screen.getByText('What differs: reference, removed')).toBeTruthy()
  })
  it('does not hide that one before it was changed', async () => {
    await check(Response.json(checked({ sound: false })))
    expect(await screen.findByText('A certificate before it was changed or is missing.')).toBeTruthy()
  })
  it('says at the field what is no certificate', async () => {
    await check(Response.json({ code: 'certificate.unreadable', status: 422 }, { status: 422 }))
    expect(await screen.findByText(/This is no certificate of erasure/)).toBeTruthy()
  })
})
