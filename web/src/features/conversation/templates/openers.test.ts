import { describe, expect, it } from 'vitest'
import type { CustomerDetail } from '../../customer/types'
import { placesFor } from './openers'

const point = (id: string, provider: string, external_id: string, display_name = '') => ({ id, provider, external_id, display_name }) as CustomerDetail['contact_points'][number]

describe('where a customer can be written to', () => {
  it('begins with where they were met, and has each number once', () => {
    const places = placesFor({ channel: 'whatsapp' }, { phone: '+48 600 100 200', contact_points: [point('1', 'whatsapp', '48600100200'), point('2', 'whatsapp', 'PL.7', 'Zofia'), point('3', 'email', 'zofia@posta.example'), point('4', 'sms', '+48700100200')] })
    expect(places).toEqual([
      { id: '1', label: '+48600100200', point: '1', number: '+48600100200' },
      { id: '2', label: 'Zofia · PL.7', point: '2', number: undefined },
      { id: '+48700100200', label: '+48700100200', number: '+48700100200' },
    ])
  })

  it('is nowhere where nothing is known', () => expect(placesFor({ channel: 'whatsapp' }, { contact_points: [] })).toEqual([]))
})
