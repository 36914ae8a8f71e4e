import { useSyncExternalStore } from 'react'

/** What stands beside a conversation: who one talks to, or what may answer them. */
export type SideTab = 'customer' | 'knowledge'

const storageKey = 'zongler.sideTab'
const watchers = new Set<() => void>()
let tab: SideTab = localStorage.getItem(storageKey) === 'knowledge' ? 'knowledge' : 'customer'
let asked = 0

/** The tab beside the conversation, kept on this device; `asked` counts how often its key was pressed. */
export function sideTab() {
  return { tab, asked }
}

let current = sideTab()

function become(next: SideTab, byKey: boolean) {
  tab = next
  if (byKey) asked++
  localStorage.setItem(storageKey, next)
  current = sideTab()
  for (const watcher of watchers) watcher()
}

const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

/** Shows a tab and leads the focus to it. */
export const showSideTab = (next: SideTab) => become(next, true)
export const chooseSideTab = (next: SideTab) => become(next, false)
export const useSideTab = () => useSyncExternalStore(watch, () => current)
