import { describe, expect, it } from 'vitest'
import { type Moment, byDays, endOfDay, readStorySearch } from './story'

const moment = (id: string, at: Date): Moment => ({ id, kind: 'message', at: at.toISOString(), customer_id: '1' })

describe('a story', () => {
  it('is parted by the days of the reader', () => {
    const lines = byDays([moment('3', new Date(2026, 2, 3, 0, 5)), moment('2', new Date(2026, 2, 2, 23, 55)), moment('1', new Date(2026, 2, 2, 8, 0))])
    expect(lines.map((l) => ('day' in l ? 'day' : l.id))).toEqual(['day', '3', 'day', '2', '1'])
  })

  it('jumps to the end of a day', () => expect(endOfDay('2026-03-29')).toBe(new Date(2026, 2, 30).toISOString()))

  it('keeps of an address what it knows', () => {
    expect(readStorySearch({ kind: 'note', channel: 'email', until: '2026-03-02' })).toEqual({ kind: 'note', channel: 'email', until: '2026-03-02' })
    expect(readStorySearch({ kind: 'call', channel: 7, until: 'soon' })).toEqual({ kind: undefined, channel: undefined, until: undefined })
    expect(readStorySearch({ until: '2026-13-77' }).until).toBeUndefined()
  })
})
