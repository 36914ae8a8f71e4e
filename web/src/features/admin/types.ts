// What the administration reads and writes, as the API names it.

export type Scope = 'own' | 'team' | 'brand' | 'tenant'
export type Rights = Record<string, Scope>

/** What can be taken out of use. Each list says so in its own way; `collection` turns it into this. */
export interface Thing {
  id: string
  archived_at?: string
}

export interface Named extends Thing {
  name: string
}

/** What somebody may do and see. */
export interface Grants {
  roles: string[]
  all_brands: boolean
  brand_ids: string[]
  team_ids: string[]
}

export interface User extends Named, Grants {
  email: string
  language: 'en' | 'pl' | 'hu'
  active: boolean
  created_at: string
  updated_at: string
}

export interface Invitation extends Grants {
  id: string
  email: string
  name: string
  created_at: string
  expires_at: string
  /** Only in the answer that makes it. */
  token?: string
}

export interface SkillLevel {
  skill_id: string
  level: number
}

export interface AgentSettings {
  user_id: string
  capacity: number
  loads: Record<string, number>
  skills: SkillLevel[]
}

export interface Role extends Named {
  /** By which users have the role. */
  key: string
  built_in: boolean
  permissions: Rights
}

export interface Permissions {
  items: { name: string; scope: Scope | 'none' }[]
  scopes: Scope[]
}

export interface Team extends Named {
  members: number
}

export interface Brand extends Named {
  color: string
  logo_url?: string
  languages: string[]
  time_zone: string
  calendar_id?: string
  updated_at: string
}

export interface EntryPoint extends Named {
  brand_id: string
  channel: string
  address: string
  config: Record<string, unknown>
  has_secret: boolean
  queue_id?: string
  active: boolean
  health: 'ok' | 'failing'
  health_code?: string
  health_at?: string
}

export type TextsByLanguage = Record<string, string>

export interface Queue extends Named {
  brand_id: string
  description: string
  priority: number
  required: SkillLevel[]
  target_percent: number
  target_seconds: number
  short_abandon_seconds: number
  offer_seconds: number
  preferred_wait_seconds: number
  wrap_up_seconds: number
  disposition_required: boolean
  max_waiting: number
  max_wait_seconds: number
  overflow_queue_id?: string
  pull_allowed: boolean
  calendar_id?: string
  /** Kind (greeting, away), then language. */
  texts: Record<string, TextsByLanguage>
}

export interface Member {
  user_id: string
  enabled: boolean
  since: string
}

export type Skill = Named

export interface AwayReason extends Named {
  paid: boolean
}

export interface Disposition extends Named {
  queue_id?: string
  resolved: boolean
}

/** Minutes since midnight; an end above 1440 lies in the next day. */
export interface Span {
  from: number
  to: number
}

export interface CalendarException {
  date: string
  spans: Span[]
  note?: string
}

export interface Calendar extends Named {
  time_zone: string
  country?: 'PL' | 'HU'
  /** Sunday first. */
  week: Span[][]
  holiday_hours?: Span[]
  exceptions?: CalendarException[]
}

export interface CalendarDay {
  date: string
  holiday?: string
  moved?: boolean
  exception?: string
  spans: Span[]
}

export interface Canned extends Thing {
  brand_id?: string
  shortcut: string
  title: string
  texts: TextsByLanguage
  rev: number
  changed_at: string
}

export interface ApiKey extends Named {
  hint: string
  permissions: Rights
  all_brands: boolean
  brand_ids: string[]
  created_at: string
  expires_at?: string
  last_used_at?: string
  revoked_at?: string
  /** Only in the answer that makes it. */
  token?: string
}

export interface AuditRecord {
  id: string
  at: string
  actor_kind: 'user' | 'key' | 'visitor' | 'system'
  actor_id?: string
  actor_name: string
  action: string
  subject_kind: string
  subject_id?: string
  subject_name?: string
  brand_id?: string
  changes: { path: string; before?: unknown; after?: unknown }[]
}

export interface DeadJob {
  id: string
  kind: string
  attempts: number
  error: string
  created_at: string
  finished_at: string
}
