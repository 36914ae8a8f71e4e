import { describe, expect, it } from 'vitest'
import type { Template } from '../types'
import { flawOf, isComplete, piecesOf, sorted, textOf, inUse } from './fill'

const ready: Template = {
  name: 'paczka_w_drodze',
  language: 'pl',
  parts: [
    { kind: 'header', text: 'Zamówienie {{header.1}}', places: [{ key: 'header.1', example: '100' }] },
    { kind: 'body', text: 'Dzień dobry {{body.1}}, paczka będzie {{body.2}}.', places: [{ key: 'body.1', example: 'Anno' }, { key: 'body.2', example: 'jutro' }] },
    { kind: 'footer', text: 'Fala', places: [] },
    { kind: 'button', text: 'Śledź', link: 'https://fala.example/{{button.0.1}}', places: [{ key: 'button.0.1' }] },
  ],
}
const values = { 'header.1': '77', 'body.1': 'Zofio', 'body.2': 'w {{body.1}}', 'button.0.1': 'abc' }

describe('filling a template', () => {
  it('needs each place, on one line', () => {
    expect(isComplete(ready, values)).toBe(true)
    expect(isComplete(ready, { ...values, 'body.2': ' ' })).toBe(false)
    expect(flawOf('a\nb')).toBe('line')
    expect(flawOf('a     b')).toBe('line')
    expect(flawOf('a b')).toBeUndefined()
  })

  it('reads as the customer will read it, and a value is no place', () => {
    expect(textOf(ready, values)).toBe('Zamówienie 77\n\nDzień dobry Zofio, paczka będzie w {{body.1}}.\n\nFala\n\n[Śledź] https://fala.example/abc')
    expect(inUse(ready, values)).toEqual({ name: 'paczka_w_drodze', language: 'pl', values })
  })

  it('shows the example where nothing is given', () => {
    expect(piecesOf('Hej {{body.1}}!', {}, { 'body.1': 'Anno' })).toEqual([{ text: 'Hej ' }, { key: 'body.1', given: false, text: 'Anno' }, { text: '!' }])
  })

  it('finds by name and words; what cannot be sent comes last, the language of the customer first', () => {
    const hu = { ...ready, name: 'csomag', language: 'hu' }
    const paused = { ...ready, name: 'akcja', language: 'hu', unfit: 'template.paused' }
    expect(sorted([paused, ready, hu], '', 'hu').map((t) => t.name)).toEqual(['csomag', 'paczka_w_drodze', 'akcja'])
    expect(sorted([paused, ready, hu], 'paczka drodze', undefined).map((t) => t.name)).toEqual(['paczka_w_drodze'])
  })
})
