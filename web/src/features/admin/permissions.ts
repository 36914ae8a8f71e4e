/** Who holds any of these has something to do here. Reading alone, as every agent does, opens nothing. */
export const adminPermissions = ['user.edit', 'role.edit', 'brand.edit', 'entry_point.edit', 'calendar.edit', 'queue.edit', 'canned.edit', 'case.setup', 'customer.import', 'customer.erase', 'retention.edit', 'customer.setup', 'key.edit', 'webhook.edit', 'rule.edit', 'audit.read'] as const
