import { expect, it } from 'vitest'
import { makeTranslate } from '@/lib/i18n/translate'
import customers from '../../../i18n/en/customers.json'
import desk from '../../../i18n/en/desk.json'
import { calledBy } from './calledBy'
import { readersOf } from './ComposerHead'

const t = makeTranslate('en', { ...customers, ...desk })

it.each([
  ['Anna Nowak', 'Anna Nowak', 'Anna will read this in the chat'],
  ['', 'Unnamed customer', 'Unnamed customer will read this in the chat'],
])('a customer who gave the name "%s" is called so everywhere', (name, called, readers) => {
  expect(calledBy(t, { name })).toBe(called)
  expect(readersOf(t, { customer: { id: '1', name }, channel: 'webchat' }, 'reply')).toBe(readers)
})
