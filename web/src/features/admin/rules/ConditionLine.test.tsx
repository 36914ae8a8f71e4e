import { fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import type { Control } from '@/kit/resource/schema'
import type { Condition } from '../../rules/words'
import { ConditionLine } from './ConditionLine'

const words = {
  events: ['message.in', 'customer.changed'], stamps: [], verbs: [], macro_verbs: [], fields: [{ name: 'customer.name', sort: 'text', ops: ['contains', 'changed'] }],
  own: [
    { name: 'date', sort: 'date', ops: ['is', 'at_least', 'changed'] },
    { name: 'choice', sort: 'choice', ops: ['is', 'changed', 'was', 'became'] },
  ],
}
const defined = [
  { id: '1', subject: 'customer', key: 'since', names: { en: 'Customer since' }, type: 'date', choices: [], archived: false, position: 0, created_at: '', updated_at: '' },
  { id: '2', subject: 'customer', key: 'tier', names: { en: 'Tier' }, type: 'choice', choices: [{ key: 'gold', names: { en: 'Gold' } }], archived: false, position: 0, created_at: '', updated_at: '' },
  { id: '3', subject: 'organisation', key: 'size', names: { en: 'Size' }, type: 'number', choices: [], archived: false, position: 0, created_at: '', updated_at: '' },
]

beforeEach(() => {
  vi.stubGlobal('fetch', (request: Request) => {
    const path = new URL(request.url).pathname
    return Promise.resolve(Response.json(path.endsWith('/rule-words') ? words : { items: path.endsWith('/customer-fields') ? defined : [] }))
  })
})
afterEach(() => vi.unstubAllGlobals())

const control = { disabled: false, errorOf: () => undefined } as unknown as Control
const show = (value: Condition, onChange = vi.fn()) => {
  renderDesk(<ConditionLine value={value} onChange={onChange} onRemove={() => undefined} path="if" when={{ on: 'customer.changed' }} control={control} />, { session: sessionWith('rule.edit') })
  return onChange
}

it('compares a day of the customer with a day', async () => {
  const changed = show({ field: 'customer.fields.since', op: 'at_least', values: ['2026-01-01'] })
  const day = await waitFor(() => {
    const field = document.querySelector<HTMLInputElement>('input[type=date]')
    expect(field).not.toBeNull()
    return field!
  })
  expect(day.value).toBe('2026-01-01')
  fireEvent.change(day, { target: { value: '2026-03-14' } })
  expect(changed).toHaveBeenCalledWith({ field: 'customer.fields.since', op: 'at_least', values: ['2026-03-14'] })
})

it('offers the fields of customers, not of organisations, by their names', async () => {
  show({ field: 'customer.fields.tier', op: 'became', values: ['gold'] })
  expect(await screen.findByText('Gold')).toBeTruthy()
  expect(screen.getByDisplayValue('Customer: Tier')).toBeTruthy()
  expect(screen.queryByText('Customer: Size')).toBeNull()
})
