import { Search } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'
import { searchers } from './find'

export const searchCommands = {
  open: { id: 'search.open', title: 'search.everywhere', group: 'keys.go', keys: 'g /', scope: 'everywhere', permission: searchers, icon: Search },
  field: { id: 'search.field', title: 'act.search', group: 'search.title', keys: '/', scope: 'search', keysOnly: true, icon: Search },
} satisfies Record<string, CommandSpec>
