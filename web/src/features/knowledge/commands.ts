import { ArrowDown, ArrowUp, BookOpen, CornerDownLeft, FilePlus2, Pencil, Plus, Save, Search } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'

const here = { group: 'knowledge.title', scope: 'knowledge', permission: 'knowledge.read' } as const
const beside = { group: 'desk.keys.conversation', scope: 'conversations', permission: 'knowledge.read' } as const

/** What can be done with articles, on their own screen and beside a conversation. */
export const knowledgeCommands = {
  search: { id: 'knowledge.search', title: 'knowledge.search', keys: '/', icon: Search, ...here },
  create: { id: 'knowledge.create', title: 'knowledge.act.new', keys: 'c', icon: FilePlus2, ...here, permission: 'knowledge.edit' },
  edit: { id: 'knowledge.edit', title: 'knowledge.act.edit', keys: 'e', icon: Pencil, ...here, permission: 'knowledge.edit' },
  save: { id: 'knowledge.save', title: 'knowledge.act.save', keys: 'mod+s', inText: true, icon: Save, ...here, permission: 'knowledge.edit' },
  blockUp: { id: 'knowledge.blockUp', title: 'knowledge.block.up', keys: 'alt+arrowup', inText: true, keysOnly: true, icon: ArrowUp, ...here, permission: 'knowledge.edit' },
  blockDown: { id: 'knowledge.blockDown', title: 'knowledge.block.down', keys: 'alt+arrowdown', inText: true, keysOnly: true, icon: ArrowDown, ...here, permission: 'knowledge.edit' },
  blockAdd: { id: 'knowledge.blockAdd', title: 'knowledge.block.add', keys: 'mod+enter', inText: true, keysOnly: true, icon: Plus, ...here, permission: 'knowledge.edit' },
  suggestions: { id: 'knowledge.suggestions', title: 'knowledge.keys.suggestions', keys: 'b', icon: BookOpen, ...beside },
  insert: { id: 'knowledge.insert', title: 'knowledge.keys.insert', keys: 'i', icon: CornerDownLeft, keysOnly: true, inDialog: true, ...beside },
} satisfies Record<string, CommandSpec>
