import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import en from '../i18n/en/widget.json'
import hu from '../i18n/hu/widget.json'
import pl from '../i18n/pl/widget.json'
import { translator } from './i18n'
import { cleanURL } from './page'
import type { Config } from './protocol'
import { contrast, fit } from './theme'
import { accepted } from './uploads'

const shared = path.resolve(import.meta.dirname, '../../internal/channel/webchat/testdata/protocol.json')
const examples = JSON.parse(readFileSync(shared, 'utf8')) as { bodies: { config: Config } }
const plural = /_(one|few|many|other)$/
const bases = (texts: object) => [...new Set(Object.keys(texts).map((k) => k.replace(plural, '')))].toSorted()
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).toSorted()

describe('catalogues', () => {
  it.each([
    ['pl', pl],
    ['hu', hu],
  ] as const)('%s says everything that English says, with the same holes', (_, texts) => {
    expect(bases(texts)).toEqual(bases(en))
    for (const [key, text] of Object.entries(texts)) {
      const original = (en as Record<string, string>)[key] ?? (en as Record<string, string>)[key.replace(plural, '_other')]!
      expect({ key, holes: holes(text) }).toEqual({ key, holes: holes(original) })
    }
  })

  it('has each plural form that the language needs', () => {
    for (const [language, texts] of Object.entries({ en, pl, hu })) {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.map((c) => `_${c}`)
      for (const base of Object.keys(texts).filter((k) => k.endsWith('_other')).map((k) => k.slice(0, -6))) for (const f of forms) expect(texts).toHaveProperty([base + f])
    }
  })
})

describe('translator', () => {
  it('counts in Polish', () => {
    const t = translator('pl', pl)
    expect([1, 2, 5, 12, 22, 25].map((count) => t('newMessages', { count }))).toEqual(['1 nowa wiadomość', '2 nowe wiadomości', '5 nowych wiadomości', '12 nowych wiadomości', '22 nowe wiadomości', '25 nowych wiadomości'])
  })

  it('counts in Hungarian and English', () => {
    expect(translator('hu', hu)('newMessages', { count: 3 })).toBe('3 új üzenet')
    expect(translator('en', en)('newMessages', { count: 1 })).toBe('1 new message')
    expect(translator('en', en)('newMessages', { count: 0 })).toBe('0 new messages')
  })

  it('fills holes as text, once', () => {
    expect(translator('en', en)('typing', { name: '{{name}}' })).toBe('{{name}} is typing')
  })
})

describe('theme', () => {
  it('knows the ends of the scale', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#777777')).toBeCloseTo(1)
  })

  it.each(['#ffd400', '#ffffff', '#00c853', '#2f5bea', '#000000', 'not a colour'])('makes %s readable on dark', (color) => {
    expect(contrast(fit(color, '#12151c'), '#12151c')).toBeGreaterThanOrEqual(4.5)
  })

  it('leaves a readable colour alone', () => {
    expect(fit('#9bb5ff', '#12151c')).toBe('#9bb5ff')
  })

  it('gets from the server what white can be read on', () => {
    const { color, accent } = examples.bodies.config.brand
    expect(contrast(color, '#ffffff')).toBeLessThan(4.5)
    expect(contrast(accent!, '#ffffff')).toBeGreaterThanOrEqual(4.5)
  })
})

describe('page trail', () => {
  it('leaves out fragments, sign-ins and what sounds secret', () => {
    expect(cleanURL('https://u:p@shop.example/a?q=oak&reset_token=1&Email=x#top')).toBe('https://shop.example/a?q=oak')
  })

  it('cuts what is too long', () => {
    expect(cleanURL(`https://shop.example/a?q=${'x'.repeat(3000)}`)).toBe('https://shop.example/a')
  })
})

describe('files', () => {
  it('are judged as by <input accept>', () => {
    const pdf = { name: 'a.PDF', type: 'application/pdf' }
    expect(accepted(pdf, undefined)).toBe(true)
    expect(accepted(pdf, ['image/*'])).toBe(false)
    expect(accepted(pdf, ['image/*', '.pdf'])).toBe(true)
    expect(accepted({ name: 'a', type: 'image/png' }, ['image/*'])).toBe(true)
  })
})
