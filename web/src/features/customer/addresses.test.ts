import { describe, expect, it } from 'vitest'
import { addressesOf, knowsMail } from './addresses'
import type { ContactPoint } from './types'

const point = (id: string, more: Partial<ContactPoint>): ContactPoint => ({ id, provider: 'email', verified: false, created_at: '2026-05-14T10:00:00Z', ...more })

describe('the addresses of a customer', () => {
  const help = { id: 'e1', name: 'Help', address: 'help@fala.example' }
  const sales = { id: 'e2', name: 'Sales', address: 'sales@fala.example' }

  it('are shown once, with every mailbox that knows them', () => {
    const shown = addressesOf([point('1', { external_id: 'Anna@posta.example', at: [help] }), point('2', { external_id: 'anna@posta.example', at: [sales, help], verified: true })])
    expect(shown).toHaveLength(1)
    expect(shown[0]).toMatchObject({ verified: true, places: ['help@fala.example', 'sales@fala.example'], point: { id: '1' } })
  })
  it('are apart by provider, and visitors of a chat each by themselves', () => {
    expect(addressesOf([point('1', { external_id: 'a' }), point('2', { provider: 'own', external_id: 'a' }), point('3', { provider: 'webchat', external_id: 'v' }), point('4', { provider: 'webchat', external_id: 'v' })])).toHaveLength(4)
  })
  it('know the mail address in any letters', () => {
    const shown = addressesOf([point('1', { external_id: 'anna@posta.example' })])
    expect(knowsMail(shown, 'ANNA@posta.example')).toBe(true)
    expect(knowsMail(shown, 'other@posta.example')).toBe(false)
    expect(knowsMail(shown, undefined)).toBe(false)
  })
})
