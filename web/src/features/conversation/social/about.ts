import { useSyncExternalStore } from 'react'
import type { Shown } from '../entries'

/** Which entry the next answer is about, and whether its author alone reads it. */
export interface About {
  entry: string
  name: string
  text: string
  privately: boolean
}

const chosen = new Map<string, About>()
const watchers = new Set<() => void>()

/** Says what the next answer in a conversation is about; nothing: the newest of what customers wrote. */
export function answerTo(conversation: string, about: About | undefined) {
  if (about) chosen.set(conversation, about)
  else chosen.delete(conversation)
  for (const tell of watchers) tell()
}

const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

export const useAbout = (conversation: string): About | undefined => useSyncExternalStore(watch, () => chosen.get(conversation))

export const aboutOf = (entry: Shown, name: string, privately: boolean): About => ({ entry: entry.id, name, text: entry.text, privately })

/** What is answered in private if nobody says another: the newest of the customers' that can be. */
export const openToPrivate = (entries: readonly Shown[]): Shown | undefined => entries.findLast((e) => e.kind === 'message' && e.author === 'customer' && !e.deleted && !e.privately)
