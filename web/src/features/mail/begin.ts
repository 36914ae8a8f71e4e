import type { Attachment } from '../conversation/types'

/** What is known of a mail that is about to be begun. */
export interface Beginning {
  brand?: string
  customer?: string
  address?: string
  name?: string
  /** What is passed on to somebody else: of which conversation, and what it says. */
  forward?: Forward
  /** It goes to the customer of that conversation, with whom one goes on by mail. */
  goesOn?: boolean
}

export interface Forward {
  conversation: string
  subject: string
  html: string
  files: readonly Attachment[]
}

const forwarded = new Map<string, Forward>()

/** Leaves what is passed on for the composer of a conversation that is about to be opened. */
export const leaveForward = (conversation: string, forward: Forward) => void forwarded.set(conversation, forward)

/** Takes what was left, once. */
export function takeForward(conversation: string): Forward | undefined {
  const left = forwarded.get(conversation)
  forwarded.delete(conversation)
  return left
}

let open: Beginning | undefined
const watchers = new Set<() => void>()

/** Shows or closes the place where a mail is begun. */
export function beginMail(beginning: Beginning | undefined) {
  open = beginning
  for (const watcher of watchers) watcher()
}

export const begun = () => open

export function watchBeginning(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}
