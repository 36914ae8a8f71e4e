import type { CaseDetail, CaseLink, CaseRow } from './types'

/** How another case stands to this one. */
export type Relation = 'parent' | 'child' | 'related' | 'duplicate' | 'follows' | 'followed'

export interface Tied {
  link: CaseLink
  relation: Relation
  row: CaseRow
}

/** The other cases with how they stand to this one: the whole first, then its parts. */
export function tiedCases(detail: CaseDetail): Tied[] {
  const rows = new Map(detail.cases.map((r) => [r.id, r]))
  const tied = detail.links.flatMap((link): Tied[] => {
    const relation = relationOf(detail.id, link)
    const row = rows.get((link.case_id === detail.id ? link.other_id : link.case_id) ?? '')
    return relation && row ? [{ link, relation, row }] : []
  })
  return tied.toSorted((a, b) => order.indexOf(a.relation) - order.indexOf(b.relation))
}

const order: readonly Relation[] = ['parent', 'child', 'related', 'duplicate', 'follows', 'followed']

function relationOf(id: string, link: CaseLink): Relation | undefined {
  const own = link.case_id === id
  switch (link.kind) {
    case 'child_of':
      return own ? 'parent' : 'child'
    case 'follow_up_of':
      return own ? 'follows' : 'followed'
    case 'related':
    case 'duplicate':
      return link.kind
    default:
      return undefined
  }
}

/** The parts of which a case is the whole. */
export const partsOf = (detail: CaseDetail): CaseRow[] => tiedCases(detail).flatMap((t) => (t.relation === 'child' ? [t.row] : []))
