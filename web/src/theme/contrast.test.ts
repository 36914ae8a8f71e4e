import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { contrast, readableOn } from './contrast'

const css = readFileSync(path.join(import.meta.dirname, 'tokens.css'), 'utf8')
const [, light = '', dark = ''] = css.split(/:root\[data-mantine-color-scheme='(?:light|dark)'\] \{/)
const roles = (block: string) => Object.fromEntries([...block.matchAll(/--z-([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]!]))

// What is written on what.
const pairs: [string, string[]][] = [
  ['text', ['canvas', 'surface', 'sunken', 'hover', 'selected', 'note', 'danger-tint']],
  ['text-2', ['canvas', 'surface', 'sunken', 'hover', 'selected']],
  ['text-3', ['canvas', 'surface', 'sunken', 'hover']],
  ['accent-text', ['surface', 'sunken', 'hover', 'selected', 'accent-tint']],
  ['on-accent', ['accent', 'accent-hover', 'danger-fill']],
  ['ok', ['surface', 'ok-tint']],
  ['warn', ['surface', 'warn-tint']],
  ['danger', ['surface', 'danger-tint']],
]

describe.each([
  ['light', roles(light)],
  ['dark', roles(dark)],
])('%s theme', (_, colors) => {
  it.each(pairs.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground] as const)))('%s reads on %s', (text, ground) => {
    expect(contrast(colors[text]!, colors[ground]!)).toBeGreaterThanOrEqual(4.5)
  })
  it('shows the edge of fields', () => {
    expect(contrast(colors['border-field']!, colors.surface!)).toBeGreaterThanOrEqual(3)
  })
})

describe('readableOn', () => {
  it.each([
    ['#2f5bea', '#ffffff'],
    ['#ffe14d', '#12161f'],
    ['no colour', '#12161f'],
  ])('%s takes %s', (ground, want) => expect(readableOn(ground)).toBe(want))
})
