import { forget, keep, kept } from '../conversation/kept'
import type { Row } from '../conversation/types'

/** What a person worked on when a window of theirs lost its connection or was closed. */
export interface Had {
  /** Milliseconds, by the server's clock. */
  at: number
  rows: readonly { id: string; name: string }[]
}

const together = 60_000 // milliseconds in which several windows lose one connection
const noticedWithin = 10 * 60_000 // after that long the server has called the person lost, or never does

const keyOf = (user: string) => `zongler.had.${user}`

/** Keeps it on this device, so that all windows know; windows that lose their connection together add up. */
export function keepHad(user: string, rows: readonly Row[], at: number) {
  const before = kept<Had>(keyOf(user))
  const recent = before && at - before.at < together ? before.rows : []
  const all = new Map([...recent, ...rows.map((r) => ({ id: r.id, name: r.customer.name }))].map((r) => [r.id, r]))
  if (all.size > 0) keep(keyOf(user), { at, rows: [...all.values()] })
}

/** What was had when the server noticed the loss at `since`. */
export function hadAt(user: string, since: number): Had['rows'] {
  const had = kept<Had>(keyOf(user))
  return had && Math.abs(since - had.at) < noticedWithin ? had.rows : []
}

export const forgetHad = (user: string) => forget(keyOf(user))
