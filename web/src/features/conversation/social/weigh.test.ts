import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { lengthOf } from '../posttext'
import { weigh } from './weigh'

const vectors = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../../../internal/kit/posttext/testdata/weights.json'), 'utf8')) as { text: string; weight: number }[]

describe('the length of a post', () => {
  it.each(vectors)('counts as X does: $text', (v) => {
    expect(weigh(v.text)).toBe(v.weight)
  })
  it('is in characters elsewhere', () => {
    expect(lengthOf('👍 https://fala.example/a/very/long/address')).toBe(42)
  })
})
