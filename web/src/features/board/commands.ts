import { Tv, Users } from 'lucide-react'
import type { CommandSpec } from '@/lib/keys'

const onBoard = { group: 'board.title', scope: 'board' } as const

/** What can be done from the board by key or from the command bar. */
export const boardCommands = {
  wall: { id: 'board.wall', title: 'board.wall', keys: 'shift+f', icon: Tv, permission: 'board.read', ...onBoard },
  bring: { id: 'board.bring', title: 'board.bring', keys: 'shift+m', icon: Users, permission: 'staff.move', ...onBoard },
} satisfies Record<string, CommandSpec>
