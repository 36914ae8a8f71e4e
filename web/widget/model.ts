/** What the widget knows of one conversation, and how a frame changes it. No clock, no network. */
import type { Entry, ServerFrame, State } from './protocol'

export interface Model {
  state?: State
  /** In the order of seq, each once; edits and deletions included. */
  entries: Entry[]
  typing: boolean
}

export const emptyModel: Model = { entries: [], typing: false }

/** Returns the model after frame. Frames of other conversations change nothing. */
export function apply(model: Model, frame: ServerFrame): Model {
  switch (frame.type) {
    case 'welcome':
      return frame.data.state ? withState({ ...model, typing: false }, frame.data.state) : model
    case 'opened':
      return withState(model, frame.data.state)
    case 'state':
      return model.state && !here(model, frame.data) ? model : withState(model, frame.data)
    case 'entry':
      return withEntry(model, frame.data)
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

/** Returns how many lines after seq come from the other side. */
export function unread(model: Model, seq: number): number {
  return lines(model).filter((l) => l.seq > seq && l.kind === 'message' && l.author.kind !== 'visitor').length
}

/** Returns how far the visitor has surely read: as the server knows, and all above their own words. */
export function readByVisitor(model: Model): number {
  const own = model.entries.findLast((e) => e.author.kind === 'visitor')
  return Math.max(model.state?.visitor_read ?? 0, own?.seq ?? 0)
}

/** Reports whether the conversation takes messages. */
export function isOpen(state: State | undefined): boolean {
  return !!state && state.phase !== 'closed'
}

function here(model: Model, { conversation }: { conversation: string }): boolean {
  return model.state?.conversation === conversation
}

function withState(model: Model, state: State): Model {
  const same = here(model, state) ? model.state : undefined
  // Marks only move forward, whatever order the frames come in.
  const forward = (mark: 'read' | 'delivered' | 'visitor_read') => Math.max(state[mark] ?? 0, same?.[mark] ?? 0)
  const next = { ...state, read: forward('read'), delivered: forward('delivered'), visitor_read: forward('visitor_read') }
  return same ? { ...model, state: next } : { entries: [], typing: false, state: next }
}

function withEntry(model: Model, entry: Entry): Model {
  if (!here(model, entry) || model.entries.some((e) => e.seq === entry.seq)) return model
  const entries = [...model.entries, entry]
  if (entry.seq < lastSeq(model)) entries.sort((a, b) => a.seq - b.seq)
  return { ...model, entries, typing: entry.author.kind === 'visitor' && model.typing }
}

function advance(model: Model, mark: 'read' | 'delivered', seq: number): Model {
  if (!model.state || seq <= (model.state[mark] ?? 0)) return model
  return { ...model, state: { ...model.state, [mark]: seq } }
}
