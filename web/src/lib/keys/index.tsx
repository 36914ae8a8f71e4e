import { type ReactNode, createContext, use, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react'
import { can, useSession } from '../session'
import { chordOf } from './chord'
import { KeyRunner, focusOf } from './runner'
import { type KeySettings, keySettings, useKeySettings } from './settings'
import type { CommandSpec } from './spec'

export type { CommandSpec } from './spec'
export { clashes } from './spec'
export { chordOf, keyNames } from './chord'
export { type KeySettings, saveKeySettings, useKeySettings } from './settings'
export { KeyCaps } from './KeyCaps'

/** Which commands somebody can run now, and how. The newest one to offer a command does it. */
class Handlers {
  readonly #runs = new Map<string, (() => void)[]>()
  readonly #watchers = new Set<() => void>()
  #live: ReadonlySet<string> = new Set()

  offer(id: string, run: () => void): () => void {
    this.#runs.set(id, [...(this.#runs.get(id) ?? []), run])
    this.#changed()
    return () => {
      this.#runs.set(id, (this.#runs.get(id) ?? []).filter((r) => r !== run))
      this.#changed()
    }
  }

  run = (id: string) => this.#runs.get(id)?.at(-1)?.()
  live = () => this.#live
  watch = (watcher: () => void) => {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  #changed() {
    this.#live = new Set([...this.#runs].filter(([, runs]) => runs.length > 0).map(([id]) => id))
    for (const watcher of this.#watchers) watcher()
  }
}

interface Keys {
  specs: readonly CommandSpec[]
  handlers: Handlers
}

const KeysContext = createContext<Keys | null>(null)

/** Listens for the keys of all commands; `specs` is the product's whole list. */
export function KeysProvider({ specs, children }: { specs: readonly CommandSpec[]; children: ReactNode }) {
  const [handlers] = useState(() => new Handlers())
  const [runner] = useState(() => new KeyRunner())

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return
    const focus = focusOf(event.target)
    const chord = chordOf(Object.assign(pick(event), { altGraph: event.getModifierState('AltGraph') }), focus.typing)
    if (!chord) return
    const settings = keySettings()
    const bound = specs.filter((s) => handlers.live().has(s.id)).map((spec) => ({ spec, keys: keysOf(spec, settings) }))
    const found = runner.press(chord, event.timeStamp, focus, bound)
    if (!found) return
    event.preventDefault()
    if (found !== 'more' && (!event.repeat || found.repeats)) handlers.run(found.id)
  })

  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event)
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])

  return <KeysContext value={{ specs, handlers }}>{children}</KeysContext>
}

const pick = ({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent) => ({ key, code, ctrlKey, metaKey, altKey, shiftKey })

/** The keys that a command has now: its own or the person's, none if single keys are off. */
export function keysOf(spec: CommandSpec, settings: KeySettings): string {
  const keys = settings.keys[spec.id] ?? spec.keys
  return settings.singleKeys || /^(mod|alt)\+|^escape$/.test(keys) ? keys : ''
}

function useKeys(): Keys {
  const keys = use(KeysContext)
  if (!keys) throw new Error('commands need a KeysProvider above')
  return keys
}

/** Says what a command does while this screen is shown and `enabled`. */
export function useCommand(spec: CommandSpec, run: () => void, enabled = true) {
  const { handlers } = useKeys()
  const session = useSession()
  const act = useEffectEvent(run)
  const allowedNow = enabled && (!spec.permission || can(session, spec.permission))
  useEffect(() => (allowedNow ? handlers.offer(spec.id, () => act()) : undefined), [handlers, spec.id, allowedNow])
}

/** Runs commands by id, for buttons that do the same as a key. */
export function useRunCommand() {
  return useKeys().handlers.run
}

/** The current keys of a command, for its tooltip; empty if it has none. */
export function useKeysOf(spec: CommandSpec | undefined): string {
  const settings = useKeySettings()
  return spec ? keysOf(spec, settings) : ''
}

/** All commands this person may use; `live` are those that can be run on this screen. */
export function useCommands(): { all: readonly CommandSpec[]; live: readonly CommandSpec[] } {
  const { specs, handlers } = useKeys()
  const session = useSession()
  const live = useSyncExternalStore(handlers.watch, handlers.live)
  const all = specs.filter((s) => !s.permission || can(session, s.permission))
  return { all, live: all.filter((s) => live.has(s.id)) }
}
