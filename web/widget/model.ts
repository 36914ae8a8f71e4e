/** What the widget knows of one conversation, and how a frame changes it. No clock, no network. */
import type { Entries, Entry, ServerFrame, State } from './protocol'

/** An entry; while only `said` has told of it, the entry itself is still to come. */
export interface Held extends Entry {
  told?: boolean
}

export interface Model {
  state?: State
  /** In the order of seq, each once; edits and deletions included. */
  entries: Held[]
  typing: boolean
  /** The newest entry up to which nothing is missing: what the server is told. Own words alone never move it. */
  upTo: number
  /** Set while entries were left out: the newest that came behind the gap, which does not count yet. */
  behind?: number
}

/** What changes a model: what the server writes, and a page that was fetched. */
export type Frame = ServerFrame | { type: 'page'; data: Entries }

export const emptyModel: Model = { entries: [], typing: false, upTo: 0 }

/** Returns the model after frame. Only a welcome, an opening or a page begins one; frames of other conversations change nothing. */
export function apply(model: Model, frame: Frame): Model {
  switch (frame.type) {
    case 'welcome':
      return frame.data.state ? withState({ ...model, typing: false, behind: undefined }, frame.data.state) : model
    case 'opened':
      return withState(model, frame.data.state)
    case 'page':
      return withPage(model, frame.data)
    case 'state':
      return here(model, frame.data) ? withState(model, frame.data) : model
    case 'resync':
      return here(model, frame.data) ? { ...model, behind: model.behind ?? 0 } : model
    case 'entry':
      return here(model, frame.data) ? reached(withEntry(model, frame.data), frame.data.seq) : model
    case 'typing':
      return here(model, frame.data) ? { ...model, typing: frame.data.on } : model
    case 'read':
      return here(model, frame.data) ? advance(model, 'read', frame.data.seq) : model
    case 'delivered':
      return here(model, frame.data) ? advance(model, 'delivered', frame.data.seq) : model
    default:
      return model
  }
}

/** Returns the seq of the newest entry, 0 if there is none. */
export function lastSeq(model: Model): number {
  return model.entries.at(-1)?.seq ?? 0
}

/** A message as it stands after its edits. */
export interface Line extends Entry {
  edited?: boolean
  deleted?: boolean
}

/** Returns what is to be shown: edits and deletions done, not listed. */
export function lines(model: Model): Line[] {
  const shown = new Map<number, Line>()
  for (const e of model.entries) {
    const target = shown.get(e.target ?? 0)
    if (e.kind === 'edit') {
      if (target) shown.set(target.seq, { ...target, text: e.text, edited: true })
    } else if (e.kind === 'deletion') {
      if (target) shown.set(target.seq, { ...target, text: undefined, attachments: undefined, deleted: true })
    } else shown.set(e.seq, e)
  }
  return [...shown.values()]
}

/** Returns the messages of the other side after seq. */
export function unread(model: Model, seq: number): Line[] {
  return lines(model).filter((l) => l.seq > seq && l.kind === 'message' && l.author.kind !== 'visitor')
}

/** Returns the newest entry of the other side up to which nothing is missing: so far can be read. */
export function toRead({ entries, upTo }: Model): number {
  return entries.findLast((e) => e.author.kind !== 'visitor' && e.seq <= upTo)?.seq ?? 0
}

/** Reports whether the conversation takes messages. */
export function isOpen(state: State | undefined): boolean {
  return !!state && state.phase !== 'closed'
}

/** Reports whether what is written goes into this conversation: who was only gone goes on in it. */
export function goesOn(state: State | undefined): boolean {
  return isOpen(state) || !!state?.gone
}

function here(model: Model, { conversation }: { conversation: string }): boolean {
  return model.state?.conversation === conversation
}

function withState(model: Model, state: State): Model {
  const same = here(model, state) ? model.state : undefined
  // Marks only move forward, whatever order the frames come in.
  const forward = (mark: 'read' | 'delivered' | 'visitor_read') => Math.max(state[mark] ?? 0, same?.[mark] ?? 0)
  const next = { ...state, read: forward('read'), delivered: forward('delivered'), visitor_read: forward('visitor_read') }
  return same ? { ...model, state: next } : { ...emptyModel, state: next }
}

/** Returns the model with one entry more, which may be one that `said` has told of. */
export function withEntry(model: Model, entry: Held): Model {
  const before = model.entries.find((e) => e.seq === entry.seq)
  if (!here(model, entry) || (before && !before.told)) return model
  const entries = [...model.entries.filter((e) => e !== before), entry]
  if (entry.seq < lastSeq(model)) entries.sort((a, b) => a.seq - b.seq)
  return { ...model, entries, typing: entry.author.kind === 'visitor' && model.typing }
}

/** Entries come in order, so whoever has one has all before it; but not behind a gap. */
function reached(model: Model, seq: number): Model {
  if (model.behind === undefined) return seq > model.upTo ? { ...model, upTo: seq } : model
  return seq > model.behind ? { ...model, behind: seq } : model
}

/** A page follows upTo without a hole; the last one closes the gap. */
function withPage(before: Model, { state, entries, more, typing }: Entries): Model {
  const model = entries.reduce(withEntry, withState(before, state))
  const upTo = Math.max(model.upTo, entries.at(-1)?.seq ?? 0)
  const end = more ? { upTo } : { upTo: Math.max(upTo, model.behind ?? 0), behind: undefined }
  return { ...model, ...end, typing: !!typing }
}

function advance(model: Model, mark: 'read' | 'delivered', seq: number): Model {
  if (!model.state || seq <= (model.state[mark] ?? 0)) return model
  return { ...model, state: { ...model.state, [mark]: seq } }
}
