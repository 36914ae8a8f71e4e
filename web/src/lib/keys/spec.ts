import type { LucideIcon } from 'lucide-react'
import type { Key } from '../i18n'

/** Where a command's keys act: on every screen, or on one named by its feature. */
export type Scope = 'everywhere' | (string & {})

/**
 * Something a person can do by key, from the command bar or both. The list of
 * them is fixed, so that help, tooltips and the test for double keys see all;
 * what one does is given by the screen that can do it (useCommand).
 */
export interface CommandSpec {
  id: string
  title: Key
  group: Key
  /**
   * Chords in order, parted by a space: "g c", "mod+k", "shift+u", "?".
   * `mod` is Ctrl, or Command on a Mac. Empty: only in the command bar.
   */
  keys: string
  scope: Scope
  /** Who may do it: who holds it, or any of several. */
  permission?: string | readonly string[]
  icon?: LucideIcon
  /** Also acts while typing; only for chords with mod or alt. */
  inText?: boolean
  /** Also acts while a dialog is open; only for what cannot wait. */
  inDialog?: boolean
  /** Acts again and again while its key is held down: moving in a list. */
  repeats?: boolean
  /** Does not show in the command bar: it makes sense only at the keys. */
  keysOnly?: boolean
}

/** Pairs of commands whose keys would compete, as readable sentences. */
export function clashes(specs: readonly CommandSpec[], keysOf: (spec: CommandSpec) => string = (s) => s.keys): string[] {
  const found: string[] = []
  const bound = specs.filter((s) => keysOf(s) !== '')
  for (const [i, one] of bound.entries()) {
    for (const other of bound.slice(i + 1)) {
      if (compete(one.scope, other.scope) && shadows(keysOf(one), keysOf(other))) {
        found.push(`${one.id} (${keysOf(one)}) and ${other.id} (${keysOf(other)})`)
      }
    }
  }
  return found
}

const compete = (a: Scope, b: Scope) => a === b || a === 'everywhere' || b === 'everywhere'

/** Equal keys clash, and so does a key that begins another's sequence. */
const shadows = (a: string, b: string) => a === b || `${a} `.startsWith(`${b} `) || `${b} `.startsWith(`${a} `)
