import { describe, expect, it } from 'vitest'
import { makeTranslate } from '@/lib/i18n/translate'
import { texts } from '@/lib/i18n/admin.en'
import type { RuleField } from '../../rules/words'
import { ownFieldsOf } from './ownFields'

const t = makeTranslate('en', texts)
const sorts: RuleField[] = [
  { name: 'number', sort: 'number', ops: ['is', 'at_least', 'changed'] },
  { name: 'choice', sort: 'choice', ops: ['is', 'changed', 'was', 'became'] },
]

describe('fields of the tenant’s own', () => {
  it('are compared as their types are, and a choice by its names', () => {
    const [orders, tier, ...rest] = ownFieldsOf(
      t,
      'customer',
      [
        { key: 'orders', names: { en: 'Orders' }, type: 'number' },
        { key: 'tier', names: { pl: 'Poziom' }, type: 'choice', choices: [{ key: 'gold', names: { en: 'Gold' } }] },
        { key: 'place', names: { en: 'Place' }, type: 'place on the map' },
      ],
      sorts,
    )
    expect(orders).toMatchObject({ name: 'customer.fields.orders', label: 'Customer: Orders', sort: 'number', ops: ['is', 'at_least', 'changed'] })
    expect(tier).toMatchObject({ name: 'customer.fields.tier', label: 'Customer: Poziom', options: [{ value: 'gold', label: 'Gold' }] })
    expect(rest).toEqual([])
  })
})
