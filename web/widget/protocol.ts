/**
 * The wire protocol between the widget and the server: the same words as in
 * internal/channel/webchat/protocol*.go, checked by the shared examples there.
 */

/** Limits that the server enforces; lengths of text count code points. */
export const textMax = 5000
export const commentMax = 2000
export const fieldMax = 500
export const outboxMax = 100
export const pageURLMax = 2048
export const pageTitleMax = 300
/** Seconds for which the server holds a poll. */
export const pollWaitMax = 25

/** Close codes after which coming back at once would be wrong. */
export const closeMalformed = 4400
export const closeUnauthenticated = 4401
export const closeForbidden = 4403
export const closeReplaced = 4409
export const closeLimited = 4429

export interface Page {
  url: string
  title?: string
  at?: string
}

export interface Agent {
  name: string
  initials: string
}

export interface Visitor {
  id: string
  name?: string
  known: boolean
  /** Version of the consent that was given. */
  consent?: string
  /** Names of the details that the brand has signed: nobody asks for them. */
  signed?: string[]
}

export interface Attachment {
  id: string
  name: string
  size: number
  type: string
  url?: string
  width?: number
  height?: number
}

export interface Entry {
  conversation: string
  seq: number
  kind: 'message' | 'edit' | 'deletion' | 'system'
  author: { kind: 'visitor' | 'agent' | 'bot' | 'system'; name?: string; initials?: string }
  text?: string
  attachments?: Attachment[]
  event?: string
  target?: number
  cid?: string
  at: string
}

export type Phase = 'queued' | 'active' | 'wrap_up' | 'closed' | 'offline'

export interface State {
  conversation: string
  phase: Phase
  position?: number
  wait?: number
  agent?: Agent
  opens_at?: string
  survey?: 'asked' | 'done'
  /** Whether what is not seen here goes by e-mail: it would, if an address were known; it does. */
  mail?: 'asked' | 'known'
  /** Closed only because the visitor was away: who writes goes on in it. */
  gone?: boolean
  read?: number
  delivered?: number
  visitor_read?: number
}

export interface Fault {
  code: string
  text: string
  cid?: string
  retry?: number
  fields?: { path: string; code: string; text: string }[]
}

interface Seen {
  conversation: string
  seq: number
}

interface TypingMark {
  conversation: string
  on: boolean
}

/** What the server writes, by type. */
export interface ServerData {
  welcome: { visitor: Visitor; state?: State }
  entry: Entry
  opened: { cid: string; state: State }
  said: { cid: string; conversation: string; seq: number; at: string }
  done: { cid: string }
  state: State
  typing: TypingMark
  read: Seen
  delivered: Seen
  error: Fault
  resync: { conversation: string }
  beat: Record<string, never>
}

/** What the widget writes, by type. */
export interface ClientData {
  hello: { token: string; conversation?: string; seq: number; language?: string; page?: Page }
  prechat: { cid: string; fields?: Record<string, string>; consent: boolean; consent_version?: string; language?: string; pages?: Page[] }
  say: { cid: string; conversation: string; text?: string; attachments?: string[] }
  typing: TypingMark
  read: Seen
  page: Page
  language: { language: string }
  end: { cid: string; conversation: string }
  survey: { cid: string; conversation: string; stars: number; comment?: string }
  address: { cid: string; conversation: string; email: string }
  ping: undefined
}

type Frames<T> = { [K in keyof T]: { type: K; data: T[K] } }[keyof T]
export type ServerFrame = Frames<ServerData>
export type ClientFrame = { [K in keyof ClientData]: ClientData[K] extends undefined ? { type: K } : { type: K; data: ClientData[K] } }[keyof ClientData]

export interface FormField {
  name: string
  label: string
  kind: 'text' | 'email' | 'phone' | 'choice'
  required: boolean
  options?: { value: string; label: string }[]
}

export interface Config {
  protocol: number
  /** The accent is the colour as far darkened as white text on it needs. */
  brand: { name: string; color: string; accent?: string; logo?: string }
  /** How the widget sits on the page, where its script tag says nothing else. */
  look?: { side?: 'left'; theme?: 'light' | 'dark' | 'auto'; launcher?: 'hidden' }
  language: string
  languages: string[]
  texts: { title?: string; intro?: string; greeting?: string; placeholder?: string; footnote?: string; offline?: string }
  prechat: { fields?: FormField[]; consent?: { version: string; text: string; url?: string } }
  hours: { open: boolean; next?: string }
  offline: boolean
  wait?: number
  attachments: { enabled: boolean; count: number; bytes: number; types?: string[] }
  survey: boolean
  /** What is not seen goes by e-mail, where an address is known. */
  mail?: boolean
}

export interface Summary {
  id: string
  phase: Phase
  at: string
  text?: string
  agent?: Agent
  unread?: number
}

export interface VisitorAnswer {
  token: string
  visitor: Visitor
  conversations: Summary[]
  /** The identity is not taken while the conversation goes on that it would end. */
  later?: boolean
}

/** A message for when somebody is back. */
export interface OfflineMessage {
  cid: string
  name: string
  email: string
  text: string
  consent: boolean
  consent_version?: string
  language?: string
  pages?: Page[]
}

/** Whose the message is and where its answer will be. */
export interface OfflineAnswer extends Partial<VisitorAnswer> {
  conversation?: string
}

export interface Entries {
  entries: Entry[]
  more?: boolean
  state: State
  typing?: boolean
  version: string
}
