import type { WorkState } from '../conversation/types'

/** One address of a customer. */
export interface ContactPoint {
  id: string
  provider: string
  external_id: string
  display_name?: string
  verified: boolean
}

/** An earlier conversation, as the card lists it. */
export interface PastConversation {
  id: string
  channel: string
  subject?: string
  preview?: string
  state: WorkState
  last_entry_at: string
}

/** A person or firm with what is known of them. */
export interface CustomerDetail {
  id: string
  brand_id: string
  name: string
  email?: string
  phone?: string
  company?: string
  language?: string
  about?: string
  attributes?: Record<string, string>
  rev: number
  created_at: string
  contact_points?: ContactPoint[]
  conversations?: PastConversation[]
}

export type CustomerFields = Required<Pick<CustomerDetail, 'name' | 'email' | 'phone' | 'company' | 'language' | 'about'>>

/** What a person changed, and the revision of what they saw. */
export type CustomerPatch = Partial<CustomerFields> & { rev: number }
