import { describe, expect, it } from 'vitest'
import { isQuiet } from './sound'

const at = (time: string) => new Date(`2026-05-14T${time}:00`)

describe('quiet hours', () => {
  it.each([
    ['', '', '03:00', false],
    ['22:00', '', '23:00', false],
    ['08:00', '08:00', '08:00', false],
    ['12:00', '13:00', '12:00', true],
    ['12:00', '13:00', '13:00', false],
    ['22:00', '06:30', '23:59', true],
    ['22:00', '06:30', '06:29', true],
    ['22:00', '06:30', '06:30', false],
  ])('from %s to %s at %s', (quietFrom, quietTo, time, want) => expect(isQuiet({ quietFrom, quietTo }, at(time))).toBe(want))
})
