import { features } from '@/features'
import type { Session } from '@/lib/api'
import type { CommandSpec } from '@/lib/keys'
import { can } from '@/lib/session'
import { listCommands } from '@/kit/listKeys'
import { undoCommand } from '@/kit/toast'
import { type Area, goTo } from './feature'
import { shellCommands } from './commands'

/** All areas, in the order of the rail. */
export const areas: readonly Area[] = features.flatMap((f) => f.area ?? [])

/** What the command bar can look for. */
export const searches = features.flatMap((f) => f.search ?? [])

/** What lives beside every screen. */
export const overlays = features.flatMap((f) => f.Overlay ?? [])

/** The areas a person may enter, those at the foot of the rail last. */
export function areasFor(session: Session | null): Area[] {
  const open = areas.filter((a) => !a.permission || can(session, a.permission))
  return [...open.filter((a) => !a.foot), ...open.filter((a) => a.foot)]
}

/** Every command of the product, what is nearest to the work first. The test beside it fails if two share their keys. */
export const allCommands: readonly CommandSpec[] = [
  ...features.flatMap((f) => f.commands ?? []),
  ...Object.values(listCommands),
  ...areas.map(goTo),
  undoCommand,
  ...Object.values(shellCommands),
]
