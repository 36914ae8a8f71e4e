import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { languageList } from './languages'

// Every catalogue of the product, the widget's and the server's too.
const root = path.resolve(import.meta.dirname, '../../../i18n')
const read = (language: string, file: string) => JSON.parse(readFileSync(path.join(root, language, file), 'utf8')) as Record<string, string>
const files = readdirSync(path.join(root, 'en')).filter((f) => f.endsWith('.json'))

const plural = /_(zero|one|two|few|many|other)$/
const base = (key: string) => key.replace(plural, '')
const holes = (text: string) => [...new Set([...text.matchAll(/\{\{\s*([\w.]+)\s*\}\}/g)].map((m) => m[1]))].toSorted()

const sample = [0, 1, 2, 3, 5, 11, 21, 22, 100, 1.5]
const formsOf = (language: string) => new Set(sample.map((n) => new Intl.PluralRules(language).select(n)))

describe.each(languageList.filter((l) => l !== 'en'))('catalogues of %s', (language) => {
  it('are the same files as in English', () => {
    expect(readdirSync(path.join(root, language)).filter((f) => f.endsWith('.json')).toSorted()).toEqual(files.toSorted())
  })
})

describe.each(files)('%s', (file) => {
  const english = read('en', file)
  it.each(languageList)('has every text in %s, in every plural form', (language) => {
    const texts = read(language, file)
    const forms = formsOf(language)
    const wanted = new Set<string>()
    for (const key of Object.keys(english)) {
      if (!(plural.test(key) && `${base(key)}_other` in english)) wanted.add(key)
      else for (const form of forms) wanted.add(`${base(key)}_${form}`)
    }
    expect(Object.keys(texts).toSorted()).toEqual([...wanted].toSorted())
    expect(Object.entries(texts).filter(([, text]) => typeof text !== 'string' || text.trim() === '')).toEqual([])
  })

  it.each(languageList.filter((l) => l !== 'en'))('has the same holes in %s', (language) => {
    const texts = read(language, file)
    const wrong = Object.entries(texts).filter(([key, text]) => {
      const source = english[key] ?? english[`${base(key)}_other`] ?? ''
      const missing = holes(source).filter((h) => h !== 'count' && !holes(text).includes(h))
      return missing.length > 0 || holes(text).some((h) => !holes(source).includes(h) && h !== 'count')
    })
    expect(wrong).toEqual([])
  })
})

describe('texts of the administration', () => {
  // They are loaded with its screens: elsewhere there would be only their keys.
  const src = path.resolve(import.meta.dirname, '../..')
  const all = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f) && !f.includes('.test.') && !f.includes('.gen.') && !f.startsWith(path.join('features', 'admin')))
  it('are used by its screens alone', () => {
    expect(Object.keys(read('en', 'admin.json')).filter((key) => !key.startsWith('admin.'))).toEqual([])
    expect(all.filter((f) => /['`]admin\.(?!title['`])/.test(readFileSync(path.join(src, f), 'utf8')))).toEqual([])
    expect(all.length).toBeGreaterThan(100)
  })
})
