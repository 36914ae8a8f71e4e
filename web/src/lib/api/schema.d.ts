// The operations of the desk's ground, in the shape openapi-typescript gives.
// It is replaced whole when the types are generated from /api/openapi.json.

export interface paths {
  '/api/v1/session': {
    get: Op<never, Session>
    post: Op<{ email: string; password: string }, Session>
    delete: Op<never, never>
  }
  '/api/v1/session/demo': {
    get: Op<never, { roles: DemoRole[] }>
    post: Op<{ role: string }, Session>
  }
  '/api/v1/session/demo/traffic': {
    get: Op<never, { on: boolean }>
    put: Op<{ on: boolean }, { on: boolean }>
  }
  '/api/v1/setup': {
    get: Op<never, { needed: boolean }>
    post: Op<SetupInput, Session>
  }
  '/api/v1/me': {
    get: Op<never, Me>
    patch: Op<Partial<Pick<Me, 'name' | 'language' | 'theme' | 'density'>>, Me>
  }
  '/api/v1/me/sessions': { get: Op<never, { items: SessionItem[] }> }
  '/api/v1/me/sessions/{id}': { parameters: Path<'id'>; delete: Op<never, never, 'id'> }
  '/api/v1/me/presence': {
    get: Op<never, Presence>
    put: Op<{ state: 'available' | 'away' | 'offline'; reason_id?: string; next?: boolean }, Presence>
  }
  '/api/v1/me/channels': { put: Op<{ channels: Record<string, boolean> }, Presence> }
  '/api/v1/me/queues': { get: Op<never, { items: OwnQueue[] }> }
  '/api/v1/away-reasons': { get: Op<never, { items: AwayReason[] }> }
  '/api/v1/me/password': { post: Op<{ old_password: string; password: string }, never> }
  '/api/v1/invitations/{token}': { parameters: Path<'token'>; get: Op<never, Invitation, 'token'> }
  '/api/v1/invitations/{token}/accept': { parameters: Path<'token'>; post: Op<{ name: string; password: string }, Session, 'token'> }
}

export interface Session {
  user: Me
  tenant: { id: string; name: string }
  permissions: Record<string, 'own' | 'team' | 'brand' | 'tenant'>
  brands: { id: string; name: string; color: string; languages: string[]; time_zone: string }[]
  demo: boolean
  version: string
}

export interface Me {
  id: string
  name: string
  email: string
  language: 'en' | 'pl' | 'hu'
  theme: 'light' | 'dark' | 'system'
  density: 'comfortable' | 'compact'
}

export interface DemoRole {
  key: string
  name: string
  person: string
}

export interface SetupInput {
  code: string
  operator: { name: string }
  administrator: { name: string; email: string; password: string; language: string }
  brand: { name: string; color: string; languages: string[]; time_zone: string }
  widget: { name: string; domains: string[] }
  queue: { name: string; target_percent: number; target_seconds: number }
}

export interface SessionItem {
  id: string
  device: string
  address: string
  created_at: string
  seen_at: string
  current: boolean
}

export interface Presence {
  /** What the agent said. */
  state: 'offline' | 'available' | 'away'
  /** What the agent does. */
  activity: 'offline' | 'available' | 'away' | 'offered' | 'busy' | 'wrap_up'
  reason_id?: string
  reason?: string
  /** Why the system set it. */
  system?: 'missed_offer' | 'lost'
  since?: string
  next?: { state: 'available' | 'away' | 'offline'; reason_id?: string; reason?: string }
  channels: Record<string, boolean>
}

export interface OwnQueue {
  id: string
  name: string
  brand_id: string
  /** Absent when nobody can tell at the moment. */
  waiting?: number
  longest_since?: string
  enabled: boolean
}

export interface Invitation {
  tenant: string
  email: string
  name: string
  language: 'en' | 'pl' | 'hu'
  expires_at: string
}

export interface AwayReason {
  id: string
  name: string
}

type Path<Name extends string> = { path: Record<Name, string> }

interface Op<Body, Answer, Name extends string = never> {
  parameters: [Name] extends [never] ? Record<never, never> : Path<Name>
  requestBody?: [Body] extends [never] ? never : { content: { 'application/json': Body } }
  responses: {
    200: { content: { 'application/json': Answer } }
    default: { content: { 'application/problem+json': unknown } }
  }
}
