import { ArrowRightLeft, Bell, CheckCheck, CircleCheckBig, CirclePause, CornerDownLeft, Hand, Inbox, Layers, ListFilter, RefreshCw, Search, SquareCheck, SquareX, UserRound } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'
import type { View } from '../conversation/types'

const here = { group: 'desk.keys.worklist', scope: 'conversations', permission: 'conversation.read' } as const

/** What can be done with the list of conversations. */
export const worklistCommands = {
  open: { id: 'worklist.open', title: 'desk.act.open', keys: 'enter', keysOnly: true, icon: CornerDownLeft, ...here },
  search: { id: 'worklist.search', title: 'desk.act.search', keys: '/', icon: Search, ...here },
  filter: { id: 'worklist.filter', title: 'desk.act.filter', keys: 'f', icon: ListFilter, ...here },
  refresh: { id: 'worklist.refresh', title: 'desk.act.refresh', keys: '.', icon: RefreshCw, ...here },
  select: { id: 'worklist.select', title: 'desk.bulk.select', keys: 'x', icon: SquareCheck, ...here },
  unselect: { id: 'worklist.unselect', title: 'desk.bulk.clear', keys: 'shift+x', icon: SquareX, ...here },
  bulkResolve: { id: 'worklist.bulk.resolve', title: 'desk.bulk.resolve.do', keys: 'shift+e', icon: CheckCheck, ...here },
  bulkTransfer: { id: 'worklist.bulk.transfer', title: 'desk.bulk.transfer.do', keys: 'shift+t', icon: ArrowRightLeft, ...here },
  bulkPark: { id: 'worklist.bulk.park', title: 'desk.bulk.park.do', keys: 'shift+p', icon: CirclePause, ...here },
} satisfies Record<string, CommandSpec>

const icons: Record<View, CommandSpec['icon']> = { mine: UserRound, queues: Layers, unassigned: Hand, all: Inbox, mentions: Bell, closed: CircleCheckBig }

/** The command that shows a view, from every screen. */
export function viewCommand(view: View): CommandSpec {
  return { id: `worklist.view.${view}`, title: `desk.view.${view}.go`, group: 'desk.keys.worklist', keys: '', scope: 'everywhere', permission: 'conversation.read', icon: icons[view] }
}
