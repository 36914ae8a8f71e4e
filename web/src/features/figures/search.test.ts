import { describe, expect, it } from 'vitest'
import { queryOf, readSearch } from './search'

const now = Date.parse('2026-03-14T23:30:00Z')

describe('the address of the figures', () => {
  it('asks for the last seven days by queue when it says nothing', () => {
    expect(queryOf(readSearch({}), 'Europe/Warsaw', now)).toEqual({ by: 'queue', from: '2026-03-09', to: '2026-03-15', tz: 'Europe/Warsaw' })
  })

  it('prefers dates to a name, and drops both when they are in disorder', () => {
    expect(readSearch({ range: 'today', from: '2026-03-01', to: '2026-03-02' })).toMatchObject({ range: undefined, from: '2026-03-01' })
    expect(readSearch({ range: 'today', from: '2026-03-02', to: '2026-03-01' })).toMatchObject({ range: 'today', from: undefined })
  })

  it('keeps ids whole that the router has read as numbers', () => {
    expect(readSearch({ queue: 12, agent: '901' })).toMatchObject({ queue: '12', agent: '901' })
  })

  it('takes the shortest interval that the range allows', () => {
    const ask = (raw: Record<string, unknown>) => queryOf(readSearch({ by: 'interval', ...raw }), 'UTC', now).step
    expect(ask({ range: 'today' })).toBe(15)
    expect(ask({ range: 'today', step: 60 })).toBe(60)
    expect(ask({ range: 'month', step: 15 })).toBe(30)
  })

  it('knows only figures and parts that exist', () => {
    expect(readSearch({ figure: 'constructor', part: 'x', sort: '-offered' })).toMatchObject({ figure: undefined, part: undefined, sort: '-offered' })
  })
})
