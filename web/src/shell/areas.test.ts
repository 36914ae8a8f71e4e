import { describe, expect, it } from 'vitest'
import { clashes } from '@/lib/keys'
import { allCommands, areas, areasFor } from './areas'

describe('the product’s commands', () => {
  it('do not share keys', () => expect(clashes(allCommands)).toEqual([]))
  it('have one id each', () => expect(new Set(allCommands.map((c) => c.id)).size).toBe(allCommands.length))
})

describe('areasFor', () => {
  it('opens nothing that needs a permission to who has none', () => {
    expect(areasFor(null)).toEqual(areas.filter((a) => !a.permission))
  })
})
