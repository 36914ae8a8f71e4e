import { useSyncExternalStore } from 'react'
import type { Entry } from '../conversation/types'

type Back = Pick<Entry, 'text' | 'html' | 'data' | 'attachments'>
type Take = (entry: Back) => void

const composers = new Map<string, Take>()
const watchers = new Set<() => void>()

const tell = () => {
  for (const watcher of watchers) watcher()
}

const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

/** Whether there is a place to which a mail of a conversation can be brought back. */
export const useMayPutBack = (conversation: string): boolean => useSyncExternalStore(watch, () => composers.has(conversation))

/** Brings a mail that was not sent back to where it was written, with its files. */
export function putBack(conversation: string, entry: Back) {
  composers.get(conversation)?.(entry)
}

/** Takes the mails of a conversation that are brought back; answers how to stop. */
export function takeBacks(conversation: string, take: Take): () => void {
  composers.set(conversation, take)
  tell()
  return () => {
    if (composers.get(conversation) === take) composers.delete(conversation)
    tell()
  }
}
