import { describe, expect, it } from 'vitest'
import { belongs, findOnBoard, placeOnBoard, stepOnBoard, takeOffBoard } from './rows'
import type { Board, CaseRow } from './types'

const row = (id: string, more: Partial<CaseRow> = {}): CaseRow => ({
  id,
  number: Number(id),
  brand_id: 'b1',
  subject: `Case ${id}`,
  status_id: 's1',
  category: 'new',
  priority: 'normal',
  tags: [],
  fields: {},
  open: true,
  version: 1,
  opened_at: '2026-05-14T10:00:00Z',
  changed_at: '2026-05-14T10:00:00Z',
  reopened: 0,
  breached: false,
  ...more,
})

const board: Board = { columns: [
  { status_id: 's1', count: 12, items: [row('1'), row('2')] },
  { status_id: 's2', count: 1, items: [row('3', { status_id: 's2' })] },
] }
const idsOf = (b: Board) => b.columns.map((c) => c.items.map((r) => r.id))

describe('what belongs to a list', () => {
  it('is one’s own, of the brand and stage', () => {
    const mine = row('1', { owner: { id: 'me', name: 'Me' } })
    expect(belongs(mine, { view: 'mine' }, 'me')).toBe(true)
    expect(belongs(row('1'), { view: 'mine' }, 'me')).toBe(false)
    expect(belongs(mine, { view: 'mine', brand: 'b2' }, 'me')).toBe(false)
    expect(belongs(mine, { view: 'mine', category: 'working' }, 'me')).toBe(false)
  })
  it('is not what is done, but in the list of those', () => {
    const done = row('1', { category: 'done', open: false })
    expect(belongs(done, { view: 'all' }, 'me')).toBe(false)
    expect(belongs(done, { view: 'all', category: 'done' }, 'me')).toBe(true)
  })
  it('is for the server to say of teams, watchers and texts', () => {
    expect(belongs(row('1'), { view: 'team' }, 'me')).toBeUndefined()
    expect(belongs(row('1'), { view: 'all', q: 'bill' }, 'me')).toBeUndefined()
  })
})

describe('the board', () => {
  it('keeps a changed card in its place', () => {
    const next = placeOnBoard(board, row('2', { subject: 'Other' }))
    expect(idsOf(next)).toEqual([['1', '2'], ['3']])
    expect(findOnBoard(next, '2')?.subject).toBe('Other')
    expect(next.columns.map((c) => c.count)).toEqual([12, 1])
  })
  it('moves a card with its count', () => {
    const next = placeOnBoard(board, row('1', { status_id: 's2' }))
    expect(idsOf(next)).toEqual([['2'], ['1', '3']])
    expect(next.columns.map((c) => c.count)).toEqual([11, 2])
  })
  it('takes in and lets go', () => {
    expect(idsOf(placeOnBoard(board, row('9')))).toEqual([['9', '1', '2'], ['3']])
    expect(takeOffBoard(board, '3').columns.map((c) => c.count)).toEqual([12, 0])
    expect(takeOffBoard(board, '9')).toBe(board)
  })
  it('is walked by arrows, over columns with nothing in them', () => {
    const sizes = [3, 0, 1]
    expect(stepOnBoard(sizes, { column: 0, place: 2 }, 'ArrowDown')).toEqual({ column: 0, place: 2 })
    expect(stepOnBoard(sizes, { column: 0, place: 2 }, 'ArrowRight')).toEqual({ column: 2, place: 0 })
    expect(stepOnBoard(sizes, { column: 2, place: 0 }, 'ArrowRight')).toEqual({ column: 2, place: 0 })
    expect(stepOnBoard(sizes, { column: 0, place: 0 }, 'x')).toBeUndefined()
  })
})
