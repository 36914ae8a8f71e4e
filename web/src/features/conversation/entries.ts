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

/** A reaction that stands. */
export interface Put {
  text: string
  author: Entry['author']
  user?: Entry['user']
}

/** What a message said before it was changed. */
export interface Version {
  text: string
  at: string
  user?: Entry['user']
}

/** An entry as the timeline shows it: changed and taken back by those that came after it. */
export interface Shown extends Entry {
  edited?: boolean
  deleted?: boolean
  reactions?: readonly Put[]
  /** What it said before, the oldest first. */
  history?: readonly Version[]
  /** When it got the text that it has. */
  changedAt?: string
  /** The newest change of ours, where it has not arrived for sure. */
  change?: Entry
  /** Of what everybody reads: it is hidden, we like it, its author was answered in private. */
  hidden?: boolean
  liked?: boolean
  privately?: boolean
  /** Who wrote it is blocked. */
  blocked?: boolean
  /** It was not seen in the chat and has gone by e-mail. */
  mailed?: boolean
}

/** Folds edits, deletions, reactions and acts into the entries that they are about. */
export function fold(entries: Entries): Shown[] {
  const shown = new Map<string, Shown>()
  for (const entry of entries) {
    if (!changes.has(entry.kind)) {
      shown.set(entry.id, entry)
      const answered = entry.kind === 'private_reply' && !cameToNothing(entry) && shown.get(entry.target_id ?? '')
      if (answered) shown.set(answered.id, { ...answered, privately: true })
      continue
    }
    const target = entry.target_id ? shown.get(entry.target_id) : undefined
    if (!target) continue
    const next = cameToNothing(entry) ? target : changed(target, entry)
    if (entry.kind === 'blocking' && !cameToNothing(entry)) blockedBy(shown, target, !takesBack(entry))
    shown.set(target.id, entry.delivery ? { ...next, change: isOpen(entry.delivery.state) ? entry : undefined } : next)
  }
  return withMailed([...shown.values()])
}

/** The entry of a letter that carries answers which were not seen in the chat. */
export const isLetter = ({ kind, code }: Pick<Entry, 'kind' | 'code'>): boolean => kind === 'system' && code === 'mailed'

const gone: readonly DeliveryState[] = ['sent', 'delivered', 'read']

/** Marks the answers that letters have carried. */
function withMailed(entries: Shown[]): Shown[] {
  const letters = entries.filter((e) => isLetter(e) && e.delivery && gone.includes(e.delivery.state)).map((e) => e.data as { first: number; last: number })
  if (letters.length === 0) return entries
  const carried = (e: Shown) => e.kind === 'message' && e.author !== 'customer' && e.delivery?.state !== 'read' && letters.some(({ first, last }) => e.seq >= first && e.seq <= last)
  return entries.map((e) => (carried(e) ? { ...e, mailed: true } : e))
}

const changes: ReadonlySet<Entry['kind']> = new Set(['edit', 'deletion', 'reaction', 'like', 'hiding', 'blocking'])

const cameToNothing = ({ delivery }: Entry) => delivery?.state === 'failed' || delivery?.state === 'cancelled'

/** Whether it has not arrived for sure and somebody may want to know. */
const isOpen = (state: DeliveryState) => state === 'queued' || state === 'sending' || state === 'failed' || state === 'ambiguous'

function changed(target: Shown, entry: Entry): Shown {
  if (entry.kind === 'deletion') return { ...target, deleted: true }
  if (entry.kind === 'like') return { ...target, liked: !takesBack(entry) }
  if (entry.kind === 'hiding') return { ...target, hidden: !takesBack(entry) }
  if (entry.kind === 'blocking') return { ...target, blocked: !takesBack(entry) }
  if (entry.kind === 'reaction') return { ...target, reactions: reacted(target.reactions ?? [], entry) }
  const before: Version = { text: target.text, at: target.changedAt ?? target.occurred_at, user: target.user }
  return { ...target, ...rated(target, entry), text: entry.text, html: entry.html, edited: true, changedAt: entry.occurred_at, history: [...(target.history ?? []), before] }
}

/** Whoever is blocked is so in all that they wrote; in private that is the one customer. */
function blockedBy(shown: Map<string, Shown>, target: Shown, blocked: boolean) {
  for (const [id, e] of shown) {
    const theirs = e.kind === 'message' && e.author === 'customer' && e.by?.customer_id === target.by?.customer_id
    if (theirs && id !== target.id) shown.set(id, { ...e, blocked })
  }
}

/** What the channel says besides changes with what was said: a review may rate otherwise. */
function rated(target: Shown, edit: Entry): Pick<Entry, 'data'> {
  const fields = (edit.data as { fields?: Record<string, string> } | undefined)?.fields
  return fields ? { data: { ...(target.data as object | undefined), fields } as Entry['data'] } : {}
}

const takesBack = (entry: Entry): boolean => (entry.data as { off?: boolean } | undefined)?.off === true

/** Reactions with one more, or with one of the same taken back; a channel that does not say which means the last. Of ours there is one at a time. */
function reacted(before: readonly Put[], entry: Entry): readonly Put[] {
  const put: Put = { text: entry.text, author: entry.author, user: entry.user }
  const off = takesBack(entry)
  if (entry.author !== 'customer') {
    const others = before.filter((r) => r.author === 'customer')
    return off ? others : [...others, put]
  }
  if (!off) return entry.text ? [...before, put] : before
  const at = before.findLastIndex((r) => r.author === 'customer' && (r.text === entry.text || !entry.text))
  return at < 0 ? before : before.toSpliced(at, 1)
}

const together = 5 * 60_000

/** Whether two neighbours are of one breath: the same person within five minutes. */
export function inOneBreath(a: Entry | undefined, b: Entry | undefined): boolean {
  return a !== undefined && b !== undefined && a.kind === 'message' && b.kind === 'message' && a.author === b.author && a.user?.id === b.user?.id && a.by?.customer_id === b.by?.customer_id && a.answers_id === b.answers_id && Math.abs(Date.parse(b.occurred_at) - Date.parse(a.occurred_at)) < together
}
