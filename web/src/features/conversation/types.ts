/** A name with the id of what it names. */
export interface Ref {
  id: string
  name: string
}

export type WorkState = 'new' | 'queued' | 'offered' | 'active' | 'parked' | 'wrap_up' | 'closed'

/** A conversation as a worklist shows it. */
export interface Row {
  id: string
  brand_id: string
  channel: string
  subject?: string
  customer: Ref
  preview: string
  preview_author?: Author
  last_entry_at: string
  last_seq: number
  unread: number
  /** Of its newest interaction. */
  state: WorkState
  interaction_id?: string
  queue?: Ref
  /** Who has it, is offered it, or had it last. */
  agent?: Ref
  waiting_since?: string
  /** When an answer is promised. */
  due_at?: string
  priority?: number
  draft: boolean
  tags?: string[]
}

/** One unit of work that the conversation has yielded. */
export interface Interaction {
  id: string
  direction?: 'in' | 'out'
  state: WorkState
  queue?: Ref
  agent?: Ref
  arrived_at: string
  answered_at?: string
  ended_at?: string
  closed_at?: string
  outcome?: string
}

/** What the channel can carry; the composer is drawn from it. */
export interface Capabilities {
  text_limit: number
  attachments: number
  attachment_bytes: number
  attachment_types?: string[]
  public?: boolean
}

/** A colleague who looks at the conversation now. */
export type Viewer = Ref

/** One conversation with what stands around it. */
export interface Detail extends Row {
  entry_point?: Ref & { channel: string }
  capabilities?: Capabilities
  interactions?: Interaction[]
}

export type Author = 'customer' | 'agent' | 'system' | 'bot'
export type EntryKind = 'message' | 'note' | 'system' | 'survey' | 'edit' | 'deletion' | 'reaction'
export type DeliveryState = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'ambiguous'

export interface Attachment {
  id: string
  name: string
  size: number
  /** Media type as sniffed by the server. */
  type: string
  preview_url?: string
  url?: string
}

/** One item of a conversation; its seq counts from one, without holes. */
export interface Entry {
  id: string
  seq: number
  kind: EntryKind
  author: Author
  user?: Ref
  text?: string
  attachments?: Attachment[]
  delivery?: { state: DeliveryState; reason?: string; at?: string }
  /** What a system entry says. */
  code?: string
  data?: Record<string, unknown>
  occurred_at: string
  client_id?: string
  mentions?: string[]
  /** What an edit, a deletion or a reaction is about. */
  target_id?: string
}

export type Mode = 'reply' | 'note'

/** Text that was typed and not sent. Its revision grows with each save, from whatever device. */
export interface Draft {
  mode: Mode
  text: string
  rev: number
  at?: string
}

export interface CannedReply {
  id: string
  shortcut?: string
  title: string
  text: string
  language?: string
}

export interface TransferTargets {
  queues: (Ref & { waiting?: number; free?: number })[]
  agents: (Ref & { presence: 'offline' | 'available' | 'away'; activity?: string; load?: number })[]
}

export interface Disposition {
  id: string
  name: string
  resolved: boolean
}

/** The rules of a queue that the desk must know. */
export interface QueueRules {
  id: string
  name: string
  brand_id: string
  wrap_up_seconds: number
  disposition_required: boolean
  pull_allowed: boolean
}

export type View = 'mine' | 'queues' | 'unassigned' | 'all' | 'closed' | 'mentions'
export type Sort = 'deadline' | 'newest' | 'oldest'

/** Which conversations a list shows. */
export interface ListQuery {
  view: View
  sort: Sort
  q?: string
  queue?: string
  brand?: string
}

export type Counts = Record<Exclude<View, 'closed'>, number>

/** An interaction that is proposed to this person, for a short time. */
export interface Offer {
  id: string
  brand_id?: string
  interaction_id: string
  conversation_id: string
  channel: string
  queue: Ref
  customer: Ref
  subject?: string
  preview?: string
  /** How long the customer had waited when it was made, in seconds. */
  waited_s: number
  expires_at: string
}
