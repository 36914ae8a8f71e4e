import { describe, expect, it } from 'vitest'
import { safeNext } from '.'

describe('safeNext', () => {
  it.each([
    ['/conversations/7?view=mine', '/conversations/7?view=mine'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    [undefined, '/'],
  ])('%s leads to %s', (next, want) => expect(safeNext(next)).toBe(want))
})
