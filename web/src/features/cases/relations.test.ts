import { describe, expect, it } from 'vitest'
import { partsOf, tiedCases } from './relations'
import type { CaseDetail, CaseLink } from './types'

const link = (id: string, case_id: string, kind: CaseLink['kind'], other_id: string): CaseLink => ({ id, case_id, kind, other_id, made_at: '2026-05-14T10:00:00Z' })
const detail = {
  id: '1',
  cases: ['2', '3', '4', '5'].map((id) => ({ id })),
  links: [link('a', '1', 'related', '4'), link('b', '2', 'child_of', '1'), link('c', '1', 'child_of', '3'), link('d', '5', 'follow_up_of', '1'), link('e', '1', 'related', '9'), { ...link('f', '1', 'conversation', ''), conversation_id: '7' }],
} as unknown as CaseDetail

describe('the cases around a case', () => {
  it('stand to it as whole, part, related and later, in this order', () => {
    expect(tiedCases(detail).map((t) => [t.relation, t.row.id])).toEqual([['parent', '3'], ['child', '2'], ['related', '4'], ['followed', '5']])
  })
  it('are its parts where they name it as their whole', () => {
    expect(partsOf(detail).map((r) => r.id)).toEqual(['2'])
  })
})
