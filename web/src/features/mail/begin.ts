import type { Attachment } from '../conversation/types'
import type { Forwarded } from './mail'

/** What is known of a mail that is about to be begun. */
export interface Beginning {
  brand?: string
  customer?: string
  address?: string
  name?: string
  /** How: by mail if it is not said. */
  by?: 'mail' | 'template'
  /** With a template: to which number. */
  number?: string
  /** From which mailbox; without it, or if one may not write from there, the first. */
  from?: string
  /** The mail that is passed on to somebody else. */
  forward?: Forward
  /** What was said so far to whom one goes on by mail. */
  goesOn?: GoOn
}

/** A conversation that goes on by mail with the same customer. */
export interface GoOn {
  conversation: string
  subject: string
  /** What was said last, quoted. */
  html: string
}

export interface Forward {
  conversation: string
  entry: string
  subject: string
  /** Of which some may go along. */
  files: readonly Attachment[]
  /** How many files a mail carries, and how large one may be. */
  most: number
  largest: number
}

/** With what the composer of a mail begins. */
export interface Left {
  html: string
  forward?: Forwarded
}

const lies = new Map<string, Left>()

/** Leaves something for the composer of a conversation that is about to be opened. */
export const leave = (conversation: string, left: Left) => void lies.set(conversation, left)

/** Takes what was left, once. */
export function takeLeft(conversation: string): Left | undefined {
  const left = lies.get(conversation)
  lies.delete(conversation)
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
