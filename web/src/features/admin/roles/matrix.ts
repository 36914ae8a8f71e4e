import type { Rights, Scope } from '../types'

/** Permissions by what they are about, in the order in which they are shown. */
export const permissionGroups = [
  { id: 'conversations', permissions: ['conversation.read', 'conversation.reply', 'conversation.note', 'interaction.pull', 'interaction.move', 'case.read', 'case.edit', 'view.share'] },
  { id: 'customers', permissions: ['customer.read', 'customer.edit', 'customer.import', 'customer.export', 'customer.erase', 'hold.edit', 'names.read', 'canned.read', 'canned.edit', 'knowledge.read', 'knowledge.edit', 'knowledge.publish'] },
  { id: 'floor', permissions: ['presence.self', 'presence.force', 'board.read', 'staff.move', 'figures.read', 'figures.export'] },
  { id: 'configuration', permissions: ['queue.read', 'queue.edit', 'brand.read', 'brand.edit', 'entry_point.edit', 'calendar.edit', 'case.setup', 'customer.setup', 'retention.edit'] },
  { id: 'people', permissions: ['user.read', 'user.edit', 'role.edit', 'key.edit', 'webhook.edit', 'rule.edit', 'audit.read', 'job.read', 'job.retry'] },
] as const

export const scopes: readonly Scope[] = ['own', 'team', 'brand', 'tenant']

export interface Group {
  id: string
  permissions: readonly string[]
}

/** The groups with what the server knows beyond them at the end, so that a new permission is never hidden. */
export function groupsOf(known: readonly string[]): Group[] {
  const placed = new Set<string>(permissionGroups.flatMap((g) => g.permissions))
  const groups: Group[] = permissionGroups.map((g) => ({ id: g.id, permissions: g.permissions.filter((p) => known.includes(p)) }))
  const rest = known.filter((p) => !placed.has(p))
  return [...groups, { id: 'other', permissions: rest }].filter((g) => g.permissions.length > 0)
}

/** Rights with one permission at another scope; none takes it away. */
export function withScope(rights: Rights, permission: string, scope: Scope | 'none'): Rights {
  const { [permission]: _, ...rest } = rights
  return scope === 'none' ? rest : { ...rest, [permission]: scope }
}

/** The scopes that somebody may give: none wider than they hold themselves. */
export function grantable(held: string | undefined): readonly Scope[] {
  return scopes.slice(0, scopes.findIndex((s) => s === held) + 1)
}
