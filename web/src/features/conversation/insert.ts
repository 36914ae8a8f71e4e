import type { Ref } from './types'

/** What a person is about to pick while typing: a canned reply or a colleague. */
export interface Token {
  kind: 'canned' | 'mention'
  query: string
  /** Where it begins in the text, its sign included. */
  from: number
}

const canned = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u
const mention = /(?:^|\s)@([\p{L}'’-]*(?: [\p{L}'’-]+)?)$/u

/** The token at the caret, if there is one. Colleagues are named in notes only. */
export function tokenAt(text: string, caret: number, inNote: boolean): Token | undefined {
  const before = text.slice(0, caret)
  const slash = canned.exec(before)
  if (slash) return { kind: 'canned', query: slash[1]!, from: caret - slash[1]!.length - 1 }
  const at = inNote ? mention.exec(before) : null
  return at ? { kind: 'mention', query: at[1]!, from: caret - at[1]!.length - 1 } : undefined
}

/** A text with its part between two places replaced, and where the caret stands then. */
export function replaced(text: string, from: number, to: number, by: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + by + text.slice(to), caret: from + by.length }
}

/**
 * Fills the variables of a canned reply: {{customer.first_name}}. What stands behind
 * a bar is said where nothing fills it; without it the variable stays for the agent to see.
 */
export function fillVariables(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{\s*([^{}|]{1,60}?)\s*(?:\|([^{}|]{0,100}))?\}\}/g, (whole, name: string, instead: string | undefined) => values[name] || (instead?.trim() ?? whole))
}

/** The given name within a name, as people who speak a language write it: Hungarians write it last. */
export function firstName(name: string, language = ''): string {
  const words = name.trim().split(/\s+/)
  return (language.startsWith('hu') ? words.at(-1) : words[0]) ?? name
}

/** The class of channels, of those that take texts of one sort, to which a channel belongs. */
export function classOf(channel: string): 'chat' | 'mail' | 'sms' | 'social' {
  if (channel === 'webchat' || channel === 'chat') return 'chat'
  if (channel === 'email' || channel === 'mail') return 'mail'
  return channel === 'sms' ? 'sms' : 'social'
}

/** Which of the picked colleagues a note still names. */
export function namedIn(text: string, picked: readonly Ref[]): Ref[] {
  return picked.filter(({ name }) => text.includes(`@${name}`))
}
