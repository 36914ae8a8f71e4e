import { useSyncExternalStore } from 'react'

/** What a person has changed about the keys, kept on this device. */
export interface KeySettings {
  /** Whether keys without Ctrl act at all. */
  singleKeys: boolean
  /** Own keys by command; an empty text takes a command's key away. */
  keys: Readonly<Record<string, string>>
}

const storageKey = 'zongler.keys'
const initial: KeySettings = { singleKeys: true, keys: {} }
const watchers = new Set<() => void>()
let current: KeySettings | undefined

export function keySettings(): KeySettings {
  return (current ??= read())
}

export function saveKeySettings(next: KeySettings) {
  current = next
  localStorage.setItem(storageKey, JSON.stringify(next))
  for (const watcher of watchers) watcher()
}

export function useKeySettings(): KeySettings {
  return useSyncExternalStore(watch, keySettings)
}

function watch(watcher: () => void) {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

function read(): KeySettings {
  try {
    return { ...initial, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<KeySettings>) }
  } catch {
    return initial
  }
}
