import type { Schemas } from '@/lib/api'

/** A name with the id of what it names. */
export interface Ref {
  id: string
  name: string
}

/** A conversation as a worklist shows it; its state is that of its newest interaction. */
export type Row = Schemas['ConversationRow']

export type WorkState = Row['state']

/** One unit of work that the conversation has yielded. */
export type Interaction = Schemas['PastBody']

/** What the channel can carry; the composer is drawn from it. */
export type Capabilities = Schemas['CapabilitiesBody']

/** A colleague who looks at the conversation now. */
export type Viewer = Ref

/** One conversation with what stands around it, as far as it is known: a list knows the row only. */
export type Detail = Row & Partial<Schemas['ConversationDetail']>

/** One item of a conversation; its seq counts from one, without holes. */
export type Entry = Schemas['Entry']

/** A text that the provider has approved, and one with its values. */
export type Template = Schemas['TemplateBody']
export type TemplateUse = Schemas['TemplateUseBody']

export type Author = Entry['author']
export type EntryKind = Entry['kind']
export type DeliveryState = Schemas['DeliveryBody']['state']
export type Attachment = Schemas['AttachmentBody']

/** Text that was typed and not sent. Its revision grows with each save, from whatever device. */
export type Draft = Schemas['DraftBody']
export type Mode = 'reply' | 'note'
/** A mail is a reply whose draft has recipients and formatting. */
export type DraftMode = Draft['mode']

export type CannedReply = Schemas['CannedBody']
export type TransferTargets = Schemas['TargetsOutputBody']
export type Disposition = Schemas['DispositionBody']

/** The rules of a queue that the desk must know. */
export type QueueRules = Schemas['QueueBody']

export type View = 'mine' | 'queues' | 'unassigned' | 'all' | 'closed' | 'mentions'
export type Sort = 'deadline' | 'newest' | 'oldest'

/** Which conversations a list shows. */
export interface ListQuery {
  view: View
  sort: Sort
  q?: string
  queue?: string
  brand?: string
  channel?: string
}

export type Counts = Schemas['CountsOutputBody']

/** An interaction that is proposed to this person, for a short time. */
export type Offer = Schemas['StandingBody']
