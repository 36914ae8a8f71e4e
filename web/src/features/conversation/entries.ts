import type { DeliveryState, Entry } from './types'

/** The known stretch of a conversation: its newest entries without a hole, oldest first. */
export type Entries = readonly Entry[]

/** Whether there are older entries than the known ones: numbers begin with one. */
export const hasOlder = (entries: Entries) => (entries[0]?.seq ?? 1) > 1

export const lastSeq = (entries: Entries) => entries.at(-1)?.seq ?? 0

/** Joins two stretches; of an entry that is in both the second's version wins, but delivery only moves forward, unless it begins anew. */
export function mergeEntries(known: Entries, fresh: Entries): Entries {
  if (fresh.length === 0) return known
  const byId = new Map(known.map((e) => [e.id, e]))
  for (const entry of fresh) {
    const before = byId.get(entry.id)
    byId.set(entry.id, before ? keepDelivery(before, entry) : entry)
  }
  return [...byId.values()].toSorted((a, b) => a.seq - b.seq)
}

/** A stretch just loaded, joined to the known one if no hole would remain between them. */
export function refreshEntries(known: Entries, newest: Entries): Entries {
  const first = newest[0]?.seq ?? 0
  return first > lastSeq(known) + 1 ? newest : mergeEntries(known, newest)
}

/** Takes a new entry; undefined if it would leave a hole, so that the stretch must be loaded again. */
export function takeEntry(known: Entries, entry: Entry): Entries | undefined {
  if (known.length > 0 && entry.seq > lastSeq(known) + 1) return undefined
  // What is older than the known stretch comes when somebody scrolls there.
  if (known.length > 0 && entry.seq < known[0]!.seq) return known
  return mergeEntries(known, [entry])
}

const ranks: Record<DeliveryState, number> = { queued: 0, sending: 1, ambiguous: 2, failed: 2, cancelled: 2, sent: 3, delivered: 4, read: 5 }

function keepDelivery(before: Entry, after: Entry): Entry {
  if (!before.delivery || !after.delivery || ranks[after.delivery.state] >= ranks[before.delivery.state] || sentAgain(before.delivery, after.delivery) || cameBack(before.delivery, after.delivery)) return after
  return { ...after, delivery: before.delivery }
}

type Delivery = NonNullable<Entry['delivery']>

/** Whether what was sent has come back. */
const cameBack = (before: Delivery, after: Delivery) => before.state === 'sent' && after.state === 'failed'

/** Whether somebody has decided to send again what had not arrived: the way begins anew. */
const sentAgain = (before: Delivery, after: Delivery) => ranks[before.state] === ranks.failed && before.state !== 'cancelled' && ranks[after.state] < ranks.failed && Date.parse(after.at) > Date.parse(before.at)

/** Moves the delivery of an entry forward. */
export function moveDelivery(known: Entries, id: string, { state, reason, at }: Pick<Delivery, 'state' | 'reason'> & { at?: string }): Entries {
  return known.map((e) => (e.id === id ? keepDelivery(e, { ...e, delivery: { state, reason, at: at ?? e.delivery?.at ?? e.occurred_at } }) : e))
}

/** Marks what the customer has read. */
export function readUpTo(known: Entries, seq: number): Entries {
  return known.map((e) => (e.seq <= seq && e.author === 'agent' && e.delivery ? keepDelivery(e, { ...e, delivery: { ...e.delivery, state: 'read' } }) : e))
}

/** An entry as the timeline shows it: changed and taken back by those that came after it. */
export interface Shown extends Entry {
  edited?: boolean
  deleted?: boolean
  reactions?: readonly string[]
}

/** Folds edits, deletions and reactions into the entries that they are about. */
export function fold(entries: Entries): Shown[] {
  const shown = new Map<string, Shown>()
  for (const entry of entries) {
    const target = entry.target_id ? shown.get(entry.target_id) : undefined
    if (entry.kind === 'edit') {
      if (target) shown.set(target.id, { ...target, text: entry.text, edited: true })
    } else if (entry.kind === 'deletion') {
      if (target) shown.set(target.id, { ...target, deleted: true })
    } else if (entry.kind === 'reaction') {
      if (target && entry.text) shown.set(target.id, { ...target, reactions: reacted(target.reactions ?? [], entry) })
    } else shown.set(entry.id, entry)
  }
  return [...shown.values()]
}

/** Reactions with one more, or with one of the same taken back. */
function reacted(before: readonly string[], entry: Entry): readonly string[] {
  if (!(entry.data as { off?: boolean } | undefined)?.off) return [...before, entry.text ?? '']
  const at = before.indexOf(entry.text ?? '')
  return at < 0 ? before : before.toSpliced(at, 1)
}

const together = 5 * 60_000

/** Whether two neighbours are of one breath: the same person within five minutes. */
export function inOneBreath(a: Entry | undefined, b: Entry | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === 'message' && b.kind === 'message' && a.author === b.author && a.user?.id === b.user?.id && Math.abs(Date.parse(b.occurred_at) - Date.parse(a.occurred_at)) < together
}
