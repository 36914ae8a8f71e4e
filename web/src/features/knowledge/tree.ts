import type { Category } from './types'

/** A category with how deep it stands. */
export interface Branch {
  category: Category
  depth: number
}

/** The categories in the order of the tree, each before those that stand in it. One whose parent is gone stands at the top. */
export function branches(categories: readonly Category[]): Branch[] {
  const known = new Set(categories.map((c) => c.id))
  const parentOf = (c: Category) => (c.parent_id && known.has(c.parent_id) ? c.parent_id : '')
  const out: Branch[] = []
  const seen = new Set<string>()
  const walk = (parent: string, depth: number) => {
    for (const category of categories) {
      if (parentOf(category) !== parent || seen.has(category.id)) continue
      seen.add(category.id)
      out.push({ category, depth })
      walk(category.id, depth + 1)
    }
  }
  walk('', 0)
  return out
}

/** A category with all that stand in it: none of them can be its parent. */
export function within(categories: readonly Category[], id: string): Set<string> {
  const inside = new Set([id])
  for (const { category } of branches(categories)) if (category.parent_id && inside.has(category.parent_id)) inside.add(category.id)
  return inside
}
