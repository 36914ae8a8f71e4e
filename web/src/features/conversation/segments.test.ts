import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { plain, segmentsOf } from './segments'

const shared = (name: string) => JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../../internal/kit/smstext/testdata', name), 'utf8')) as unknown

interface Vector {
  name: string
  before?: string
  text: string
  times?: number
  once?: boolean
  segments: number
  left: number
  wide?: boolean
}

describe('segments', () => {
  it.each(shared('count.json') as Vector[])('counts as networks do: $name', (v) => {
    const text = v.once ? (v.before ?? '').repeat(v.times ?? 1) + v.text : v.text.repeat(v.times ?? 1)
    const got = segmentsOf(text)
    expect({ segments: got.segments, left: got.left, wide: got.wide !== '' }).toEqual({ segments: v.segments, left: v.left, wide: v.wide ?? false })
  })

  it.each(shared('plain.json') as { text: string; plain: string }[])('writes $text plainly', (v) => {
    expect(plain(v.text)).toBe(v.plain)
  })

  it('names the character that costs', () => {
    expect(segmentsOf('Cześć ő').wide).toBe('ś')
  })
})
