import type { Schemas, Scope } from '@/lib/api'

export type { Scope }

// What the administration reads, as the API names it.

/** Permissions with how far each reaches. */
export type Rights = Record<string, string>

/** What can be taken out of use. Each list says so in its own way; `collection` turns it into this. */
export interface Thing {
  id: string
  archived_at?: string
}

export interface Named extends Thing {
  name: string
}

type Known<Body> = Body & Thing

export type User = Known<Schemas['UserBody']>
export type Invitation = Schemas['InvitationBody']

/** What somebody may do and see. */
export type Grants = Pick<User, 'roles' | 'all_brands' | 'brand_ids' | 'team_ids'>

export type AgentSettings = Schemas['AgentBody']
export type SkillLevel = Schemas['AgentSkillBody']

/** A role; users have it by its key. */
export type Role = Known<Schemas['RoleBody']>
export type Permissions = Schemas['PermissionsOutputBody']
export type Team = Known<Schemas['TeamBody']>
export type Brand = Known<Schemas['BrandBody']>
export type EntryPoint = Known<Schemas['EntryPointBody']>

export type Mailbox = Known<Schemas['MailboxBody']>

export type TextsByLanguage = Record<string, string>

/** A queue; its texts by kind (greeting, away), then by language. */
export type Queue = Known<Schemas['QueueBody']>
export type Member = Schemas['MemberBody']
export type Skill = Known<Schemas['SkillBody']>
export type AwayReason = Known<Schemas['ReasonBody']>
export type Disposition = Known<Schemas['DispositionBody']>

/** Minutes since midnight; an end above 1440 lies in the next day. */
export type Span = Schemas['SpanBody']
export type CalendarException = Schemas['ExceptionBody']

/** A calendar; its week begins on Sunday. */
export type Calendar = Known<Schemas['CalendarBody']>
export type CalendarDay = Schemas['DayBody']
export type Canned = Known<Schemas['CannedBody']>
export type Macro = Known<Schemas['MacroBody']>
export type Rule = Known<Schemas['RuleBody']>
export type ApiKey = Known<Schemas['KeyBody']>
export type Webhook = Known<Schemas['WebhookBody']>
export type WebhookDelivery = Schemas['WebhookDeliveryBody']
export type OwnChannel = Known<Schemas['OwnChannelBody']>
export type ChannelAccount = Known<Schemas['ChannelAccountBody']>
export type ChannelForm = Schemas['ChannelFormBody']
export type ChannelField = Schemas['ChannelFieldBody']
export type ChannelEvent = Schemas['ChannelEventBody']
export type AuditRecord = Schemas['AuditBody']
export type DeadJob = Schemas['JobBody']
