import type { Schemas } from '@/lib/api'

/** How everything stands now. Not live: routing did not answer, so that states come from the records alone. */
export type Board = Schemas['BoardOutputBody']
export type BoardTotals = Schemas['BoardTotals']
export type BoardQueue = Schemas['BoardQueue']
export type BoardAgent = Schemas['BoardAgent']

/** The figures of today. A ratio or mean of nothing is absent, not zero. */
export type Today = Schemas['BoardToday']

/** An agent's membership of a queue: gets work from it now if enabled, else is paused there. */
export type Serves = Schemas['BoardServes']

/** An interaction that an agent has or is offered. */
export type WorkItem = Schemas['BoardWork']

/** What an agent does, derived by the server from presence and work. */
export type Activity = BoardAgent['activity']
export type PresenceState = BoardAgent['presence']
export type WorkState = WorkItem['state']
