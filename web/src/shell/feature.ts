import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'
import type { Key } from '@/lib/i18n'
import type { CommandSpec } from '@/lib/keys'
import type { Run } from '@/kit/Marked'

/** A place one can go to from the rail, the tabs and the command bar. */
export interface Area {
  id: string
  label: Key
  icon: LucideIcon
  /** The address it leads to; the area is lit on all addresses below it. */
  to: string
  /** Who may go there: who holds it, or any of several; anybody if absent. */
  permission?: string | readonly string[]
  /** Keys that go there: "g c". */
  keys: string
  /** What stands on the icon: a Count of things to do, or nothing. */
  Badge?: ComponentType
  /** Stands at the foot of the rail, among the settings. */
  foot?: boolean
}

/** Something that the command bar has found on the server: it leads somewhere, or does something. */
export interface Found {
  id: string
  /** The kind of things among which it is shown. */
  group: Key
  /** Its words, with what was looked for marked. */
  title: readonly Run[]
  note?: readonly Run[]
  icon: LucideIcon
  href?: string
  run?: () => void
}

/** A place in which the command bar can look. */
export interface Search {
  id: string
  permission: string | readonly string[]
  /** Looks for what was typed; `signal` tells that something else was typed meanwhile. */
  find: (typed: string, signal: AbortSignal) => Promise<Found[]>
}

/** What a feature adds to the desk beside its routes (see features/index.ts). */
export interface Feature {
  area?: Area
  commands?: readonly CommandSpec[]
  search?: Search
  /** Lives beside every screen: listens, or shows what may come up anywhere. It checks for itself who may see it. */
  Overlay?: ComponentType
}

/** The command that goes to an area. */
export function goTo(area: Area): CommandSpec {
  return { id: `go.${area.id}`, title: area.label, group: 'keys.go', keys: area.keys, scope: 'everywhere', permission: area.permission, icon: area.icon }
}
