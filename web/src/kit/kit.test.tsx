import { describe, expect, it } from 'vitest'
import { hueOf, initialsOf } from './Avatar'
import { matchesText } from './Choose'
import { moved } from './listKeys'
import { linkify } from './Plain'
import { resourceSearch } from './resource/schema'

describe('initialsOf', () => {
  it.each([
    ['Eszter Kovács', 'EK'],
    ['zofia maria wiśniewska', 'ZW'],
    ['Ádám', 'Á'],
    ['🙂 Nagy', '🙂N'],
    ['  ', '?'],
    ['Zofia Wilk @zofia_w', 'ZW'],
    ['@zofia', 'Z'],
  ])('%s gives %s', (name, want) => expect(initialsOf(name)).toBe(want))
})

describe('hueOf', () => {
  it('is the same for the same name and another for most others', () => {
    expect(hueOf('Réka Tóth')).toBe(hueOf('Réka Tóth'))
    expect(new Set(['Ola', 'Jan', 'Ewa', 'Kamil', 'Dóra'].map(hueOf)).size).toBeGreaterThan(3)
  })
})

describe('matchesText', () => {
  it.each([
    ['Marta Zając', 'zajac', true],
    ['Michał Łoś', 'los', true],
    ['Győri Ügyfelek', 'gyori', true],
    ['Marta', 'anna', false],
  ])('%s by %s: %s', (text, typed, want) => expect(matchesText(text, typed)).toBe(want))
})

describe('moved', () => {
  it.each([
    [0, -1, 5, 0],
    [4, 1, 5, 4],
    [-1, 1, 5, 0],
    [2, 1, 5, 3],
    [0, 1, 0, -1],
  ])('from %d by %d of %d to %d', (index, by, count, want) => expect(moved(index, by, count)).toBe(want))
})

describe('linkify', () => {
  it.each([
    ['See https://example.com/a?b=1.', ['https://example.com/a?b=1']],
    ['(www.example.pl)', ['https://www.example.pl']],
    ['https://example.com/a_(b)', ['https://example.com/a_(b)']],
    ['write to zofia@example.com, please', ['mailto:zofia@example.com']],
    ['javascript:alert(1) <b>no</b>', []],
  ])('%s', (text, hrefs) => {
    const pieces = linkify(text)
    expect(pieces.map((p) => p.text).join('')).toBe(text)
    expect(pieces.flatMap((p) => p.href ?? [])).toEqual(hrefs)
  })
})

describe('resourceSearch', () => {
  it('keeps what it knows and drops the rest', () => {
    expect(resourceSearch({ q: '', open: 42, archived: 'yes', x: 1 })).toEqual({ q: undefined, open: '42', archived: undefined })
  })
})
