import { CalendarSearch, Combine, Handshake, ListRestart, Pencil, Search } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'

const here = { group: 'customers.keys', scope: 'customer', permission: 'customer.read' } as const
const edits = { ...here, permission: 'customer.edit' } as const

/** What can be done on the page of a customer. */
export const customerCommands = {
  edit: { id: 'customer.edit', title: 'desk.customer.editTitle', keys: 'e', icon: Pencil, ...edits },
  join: { id: 'customer.join', title: 'customers.join.act', keys: 'm', icon: Combine, ...edits },
  consent: { id: 'customer.consent', title: 'customers.consents.add', keys: 'n', icon: Handshake, ...edits },
  jump: { id: 'customer.jump', title: 'customers.story.jump', keys: 'd', icon: CalendarSearch, ...here },
  newest: { id: 'customer.newest', title: 'customers.story.newest', keys: '.', icon: ListRestart, ...here },
  search: { id: 'customers.search', title: 'customers.search', keys: '/', icon: Search, ...here, scope: 'customers' },
} satisfies Record<string, CommandSpec>
