import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { renderDesk } from '@/testing/render'
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
