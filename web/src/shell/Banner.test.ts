import { describe, expect, it } from 'vitest'
import { isOutdated } from './Banner'

describe('isOutdated', () => {
  it.each([
    ['the server has another build', 'a1', 'b2', true],
    ['the server has the same', 'a1', 'a1', false],
    ['the server has not said yet', 'a1', undefined, false],
    ['the development server made the page', '__BUILD__', 'b2', false],
    ['the page does not say', undefined, 'b2', false],
  ])('%s', (_, page, server, want) => expect(isOutdated(page, server)).toBe(want))
})
