import type { Detail, Entry } from '../conversation/types'

/** What a mail says beside its text: the data of its entry. Who may read no names gets no addresses. */
export interface MailData {
  subject?: string
  from?: string
  from_id?: string
  reply_to?: string
  to?: string[]
  cc?: string[]
  bcc?: string[]
  /** Not from whom the conversation is with. */
  other_party?: boolean
  /** Why no machine may answer it. */
  machine?: string
  /** Too large: only its header was taken. */
  cut?: boolean
  /** It cannot be read here. */
  protected?: 'smime' | 'pgp'
  /** It says that it is signed; nobody has checked that. */
  signed?: 'smime' | 'pgp'
  /** What the trusted server has found out about the sender. */
  checks?: { spf?: string; dkim?: string; dmarc?: string }
  /** Pictures within the text: files of the entry by their names there. */
  inline?: Record<string, string>
  /** Files that were not taken; the original has them. */
  withheld?: { name: string; code: string }[]
  /** Pictures from elsewhere. */
  remote?: number
  /** The mail that it passes on, below its own text. */
  forward?: Forwarded & { copies?: readonly string[] }
}

/** A mail that is passed on, with those of its files that go along. */
export interface Forwarded {
  conversation_id: string
  entry_id: string
  attachment_ids?: readonly string[]
}

/** What an entry says as a mail. */
export const mailOf = (entry: Pick<Entry, 'data'>): MailData => (entry.data ?? {}) as MailData

/** Whether a conversation is one by mail: what is written there has recipients and formatting. */
export const isMail = ({ capabilities, channel }: Pick<Detail, 'capabilities' | 'channel'>): boolean =>
  capabilities ? capabilities.recipients > 0 && capabilities.rich : channel === 'email'

/** Whether a customer's entry is a mail, wherever it stands: chats go on by mail. */
export const cameByMail = (entry: Pick<Entry, 'author' | 'data'>): boolean => entry.author === 'customer' && typeof (entry.data as MailData | undefined)?.from === 'string'

const answerWord = /^\s*(?:re|odp|vá|vs|aw|fwd?|pd|tovább)\s*(?:\[\d+\])?\s*:\s*/i

/** A subject without what mail programs put before it. */
export function bareSubject(subject: string): string {
  let bare = subject.trim()
  while (answerWord.test(bare)) bare = bare.replace(answerWord, '')
  return bare
}

/** The subject of a mail where it is another than that of the one before it. */
export function changedSubject(entry: Pick<Entry, 'seq' | 'data'>, before: readonly Pick<Entry, 'seq' | 'data' | 'kind'>[]): string | undefined {
  const { subject } = mailOf(entry)
  if (!subject) return undefined
  const earlier = before.findLast((e) => e.seq < entry.seq && e.kind === 'message' && mailOf(e).subject)
  return earlier && bareSubject(mailOf(earlier).subject ?? '') === bareSubject(subject) ? undefined : subject
}

const inAngles = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/
const address = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/

/** A recipient as people write one, with or without a name. */
export function parseRecipient(text: string): { name: string; address: string } {
  const named = inAngles.exec(text)
  return named ? { name: named[1] ?? '', address: (named[2] ?? '').trim() } : { name: '', address: text.trim() }
}

/** Whether a text names one recipient. */
export const isRecipient = (text: string): boolean => address.test(parseRecipient(text).address)

/** A recipient as a list shows it: by name where there is one. */
export function shortRecipient(text: string): string {
  const { name, address: at } = parseRecipient(text)
  return name || at
}

/** The same address, however it is written. */
export const sameRecipient = (a: string, b: string): boolean => parseRecipient(a).address.toLowerCase() === parseRecipient(b).address.toLowerCase()
