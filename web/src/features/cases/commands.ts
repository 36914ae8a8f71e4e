import { CornerDownLeft, GitMerge, Hand, CheckCheck, Kanban, Plus, RefreshCw, Search, SquareArrowRight, StickyNote } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'

const here = { group: 'cases.keys', scope: 'cases', permission: 'case.read' } as const
const edits = { ...here, permission: 'case.edit' } as const

/** What can be done with cases. */
export const caseCommands = {
  open: { id: 'cases.open', title: 'cases.act.open', keys: 'enter', keysOnly: true, icon: CornerDownLeft, ...here },
  search: { id: 'cases.search', title: 'cases.act.search', keys: '/', icon: Search, ...here },
  refresh: { id: 'cases.refresh', title: 'cases.act.refresh', keys: '.', icon: RefreshCw, ...here },
  board: { id: 'cases.board', title: 'cases.act.board', keys: 'v', icon: Kanban, ...here },
  create: { id: 'cases.create', title: 'cases.act.create', keys: 'c', icon: Plus, ...edits },
  move: { id: 'cases.move', title: 'cases.act.move', keys: 'm', icon: SquareArrowRight, ...edits },
  resolve: { id: 'cases.resolve', title: 'cases.act.resolve', keys: 'e', icon: CheckCheck, ...edits },
  take: { id: 'cases.take', title: 'cases.act.take', keys: 'i', icon: Hand, ...edits },
  note: { id: 'cases.note', title: 'cases.act.note', keys: 'n', icon: StickyNote, ...edits },
  merge: { id: 'cases.merge', title: 'cases.act.merge', keys: '', icon: GitMerge, ...edits },
} satisfies Record<string, CommandSpec>
