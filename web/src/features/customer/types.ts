import type { Schemas } from '@/lib/api'

/** A person or firm with what is known of them. */
export type CustomerDetail = Schemas['CustomerDetail']

/** One address of a customer. */
export type ContactPoint = Schemas['ContactPointBody']

/** An earlier conversation, as the card lists it. */
export type PastConversation = Schemas['ConversationRow']

export type CustomerFields = Required<Pick<CustomerDetail, 'name' | 'email' | 'phone' | 'company' | 'language' | 'about'>>

/** What a person changed, and the revision of what they saw. */
export type CustomerPatch = Schemas['CustomerUpdateInputBody']
