import type { components } from './schema.gen'

/** What the API reads and answers, by the names of its schemas. */
export type Schemas = components['schemas']

export type Scope = 'own' | 'team' | 'brand' | 'tenant'

/** Who is signed in, with how far each right reaches. */
export type Session = Schemas['SessionBody']

export type Me = Schemas['MeBody']
export type DemoRole = Schemas['DemoRole']
export type SetupInput = Schemas['SetupInputBody']
export type Presence = Schemas['PresenceBody']
export type OwnQueue = Schemas['OwnQueueBody']
export type Invitation = Schemas['InvitationOutputBody']
