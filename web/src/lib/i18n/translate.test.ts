import { describe, expect, it } from 'vitest'
import { merge } from './merge'
import { makeTranslate } from './translate'

const texts = {
  'waiting_one': '{{count}} rozmowa czeka',
  'waiting_few': '{{count}} rozmowy czekają',
  'waiting_many': '{{count}} rozmów czeka',
  'waiting_other': '{{count}} rozmowy czeka',
  hello: 'Cześć, {{ name }}',
}

describe('makeTranslate', () => {
  const t = makeTranslate('pl', texts)
  it.each([
    [1, '1 rozmowa czeka'],
    [3, '3 rozmowy czekają'],
    [5, '5 rozmów czeka'],
    [22, '22 rozmowy czekają'],
    [1.5, '1,5 rozmowy czeka'],
  ])('picks the Polish form of %d', (count, want) => {
    expect(t.maybe('waiting', { count })).toBe(want)
  })

  it('fills holes and leaves unknown ones to be seen', () => {
    expect(t.maybe('hello', { name: 'Zofia' })).toBe('Cześć, Zofia')
    expect(t.maybe('hello')).toBe('Cześć, {{ name }}')
  })

  it('tells a missing text from an empty one', () => {
    expect(t.maybe('none')).toBeUndefined()
  })

  it('is another function for another language', () => {
    expect(makeTranslate('pl', texts)).not.toBe(makeTranslate('hu', texts))
  })
})

describe('merge', () => {
  it('puts the codes of errors under error.', () => {
    const merged = merge({ '/i18n/en/app.json': { 'shell.help': 'Help' }, '/i18n/en/errors.json': { 'offer.taken': 'Taken', 'error.x': 'X' } })
    expect(merged).toEqual({ 'shell.help': 'Help', 'error.offer.taken': 'Taken', 'error.x': 'X' })
  })
})
