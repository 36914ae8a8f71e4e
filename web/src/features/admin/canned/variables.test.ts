import { describe, expect, it } from 'vitest'
import { filled, unknownIn } from './variables'

const read = (text: string, values: Record<string, string> = {}) => filled(text, values).map((p) => p.text).join('')

describe('variables of canned replies', () => {
  it.each([
    ['Hello {{customer.first_name}}!', { 'customer.first_name': 'Anna' }, 'Hello Anna!'],
    ['Hello {{ customer.first_name | there }}!', {}, 'Hello there!'],
    ['Hello {{customer.first_name|there}}!', { 'customer.first_name': 'Anna' }, 'Hello Anna!'],
    ['Hello {{customer.first_name|}}!', { 'customer.first_name': '' }, 'Hello !'],
    ['Hello {{customer.first_name}}!', {}, 'Hello {{customer.first_name}}!'],
    ['{{order.number|none}}', {}, 'none'],
  ])('%s', (text, values, want) => expect(read(text, values)).toBe(want))

  it.each([
    ['Dear {{customer.name|customer}}', undefined],
    ['Order {{order.number}}', 'order.number'],
    ['Order {{order.number|soon}}', 'order.number'],
    ['No {single} brace', undefined],
  ])('knows what nothing fills in %s', (text, want) => expect(unknownIn(text)).toBe(want))
})
