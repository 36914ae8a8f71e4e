/**
 * One visitor's line to one entry point: who they are, their conversation, and
 * what of theirs is still on its way. It knows no screen.
 */
import { Refused } from './api'
import type { Connection, Status } from './connection'
import { connect } from './connection'
import type { Model } from './model'
import { apply, emptyModel, isOpen, lastSeq, readByVisitor, unread } from './model'
import type { Outbox, Pending } from './outbox'
import { openOutbox } from './outbox'
import { thisPage } from './page'
import type { Attachment, ClientData, ClientFrame, Entries, Entry, Fault, ServerFrame, State } from './protocol'
import { pollWaitMax } from './protocol'
import type { Server } from './visitor'
import { Person } from './visitor'

const answerLimit = 10_000 // then the same frame is sent again under its client id
const typingFades = 6_000
const pollPause = 5_000 // between polls while there is nothing to wait for

/** What the screen wants to hear. */
export interface Listener {
  changed(): void
  /** A message of the other side has come. */
  arrived(entry: Entry): void
  /** The conversation could not be opened; what was to be said is given back. */
  refused(fault: Fault, text: string): void
}

export class Session {
  model: Model = emptyModel
  status: Status | 'idle' = 'idle'
  readonly person: Person

  private readonly line: Connection
  private readonly outbox: Outbox
  private readonly files = new Map<string, Attachment>()
  private inFlight?: string
  private flushTimer?: ReturnType<typeof setTimeout>
  private fadeTimer?: ReturnType<typeof setTimeout>
  private heldUntil = 0
  private onlineSince = 0
  private version = ''

  constructor(
    private readonly host: Server,
    private readonly listener: Listener,
    language: string,
  ) {
    this.person = new Person(host, language, () => this.another())
    this.outbox = openOutbox(host.store)
    this.line = connect({
      url: `${host.base.replace(/^http/, 'ws')}/w/ws`,
      hello: () => this.hello(),
      onFrame: (f) => this.receive(f),
      onStatus: (s) => this.statusChanged(s),
      onUnauthenticated: () => this.person.invalid(),
      post: (frame) => this.person.request('/w/messages', { body: frame }),
      poll: (signal) => this.poll(signal),
    })
    host.store.watch((name) => this.otherTab(name))
  }

  // What the visitor does.

  /** Connects if there is somebody to connect: no visitor exists before something is said. */
  start() {
    if (this.host.store.get('token') || this.person.identity || this.outbox.next()) this.line.start()
  }

  wake() {
    this.line.wake()
  }

  /** Says something, opening a conversation first if there is none. Reports whether it was taken. */
  say(text: string, files: Attachment[], prechat: Omit<ClientData['prechat'], 'cid'>): boolean {
    const open = isOpen(this.model.state) ? this.model.state!.conversation : ''
    const opening = this.pending().some((p) => p.type === 'prechat')
    for (const f of files) this.files.set(f.id, f)
    if (!open && !opening && !this.outbox.add('prechat', { ...prechat, language: this.person.language, page: thisPage() })) return false
    const added = this.outbox.add('say', { conversation: open, text, attachments: files.map((f) => f.id) })
    this.typing(false)
    this.push()
    return !!added
  }

  end() {
    this.outbox.add('end', { conversation: this.model.state!.conversation })
    this.push()
  }

  rate(stars: number, comment: string) {
    this.outbox.add('survey', { conversation: this.model.state!.conversation, stars, comment })
    this.push()
  }

  retry(cid: string) {
    this.outbox.retry(cid)
    this.push()
  }

  discard(cid: string) {
    this.outbox.remove(cid)
    this.listener.changed()
  }

  typing(on: boolean) {
    const conversation = this.model.state?.conversation
    if (conversation) this.line.send({ type: 'typing', data: { conversation, on } })
  }

  /** The visitor has seen the entries up to seq. */
  read(seq: number) {
    const conversation = this.model.state?.conversation
    if (!conversation || seq <= this.readMark()) return
    this.host.store.set('read', { conversation, seq })
    this.line.send({ type: 'read', data: { conversation, seq } })
    this.listener.changed()
  }

  page() {
    if (isOpen(this.model.state)) this.line.send({ type: 'page', data: thisPage() })
  }

  speak(language: string) {
    this.person.language = language
    this.line.send({ type: 'language', data: { language } })
  }

  /** The site says who the visitor is, by a signed token, or with null that nobody is signed in any more. */
  async identify(token: string | null) {
    if (token === null) return this.forget()
    this.person.identity = token
    await this.visit()
    this.line.start()
  }

  /** Learns of earlier conversations; without a connection the old list stays. */
  async visit() {
    await this.person.visit().catch(() => {})
    this.listener.changed()
  }

  /** Turns away from the conversation on screen. */
  leave() {
    const { store } = this.host
    if (store.get('conversation') === this.model.state?.conversation) store.set('conversation', undefined)
    this.model = emptyModel
    this.version = ''
    this.listener.changed()
  }

  /** Comes back to the open conversation from an earlier one. */
  resume() {
    const open = this.host.store.get('conversation')
    if (!open || open === this.model.state?.conversation) return
    this.model = emptyModel
    this.line.stop()
    this.line.start()
  }

  /** Brings an earlier conversation on screen. */
  async show(conversation: string) {
    this.model = emptyModel
    this.version = ''
    await this.catchUp(conversation)
  }

  // What the screen asks.

  pending(): Pending[] {
    return this.outbox.all()
  }

  file(id: string): Attachment | undefined {
    return this.files.get(id)
  }

  readMark(): number {
    const own = this.host.store.get<{ conversation: string; seq: number }>('read')
    const mine = own && own.conversation === this.model.state?.conversation ? own.seq : 0
    return Math.max(mine, readByVisitor(this.model))
  }

  unread(): number {
    return unread(this.model, this.readMark())
  }

  /** Returns for how many milliseconds the line has been up. */
  onlineFor(): number {
    return this.status === 'online' ? Date.now() - this.onlineSince : 0
  }

  /** Another person sits here now: nothing of the first may show. */
  private another() {
    this.forget()
    this.line.start()
  }

  /** Forgets the visitor in this browser. */
  private forget() {
    const { store } = this.host
    this.line.stop()
    for (const name of ['read', 'draft', ...store.names('out.')]) store.set(name, undefined)
    this.person.forget()
    this.files.clear()
    store.set('conversation', undefined)
    this.leave()
  }

  // The line.

  private current(): string | undefined {
    return this.model.state?.conversation ?? this.host.store.get<string>('conversation')
  }

  private async hello(): Promise<ClientFrame> {
    const token = await this.person.token()
    return { type: 'hello', data: { token, conversation: this.current(), seq: lastSeq(this.model), language: this.person.language, page: thisPage() } }
  }

  private statusChanged(status: Status) {
    this.status = status
    this.inFlight = undefined
    if (status === 'online') {
      this.onlineSince = Date.now()
      this.flush()
      const conversation = this.model.state?.conversation
      const seq = this.readMark()
      if (conversation && seq > readByVisitor(this.model)) this.line.send({ type: 'read', data: { conversation, seq } })
    } else this.model = { ...this.model, typing: false }
    this.listener.changed()
  }

  private receive(frame: ServerFrame) {
    const before = this.model
    this.model = apply(before, frame)
    switch (frame.type) {
      case 'welcome':
        this.person.who = frame.data.visitor
        break
      case 'opened':
      case 'done':
        this.confirm(frame.data.cid)
        break
      case 'said':
        this.said(frame.data)
        break
      case 'entry':
        if (frame.data.cid) this.confirm(frame.data.cid)
        if (this.model !== before && frame.data.seq > this.readMark() && frame.data.kind === 'message' && frame.data.author.kind !== 'visitor') this.listener.arrived(frame.data)
        break
      case 'typing':
        clearTimeout(this.fadeTimer)
        this.fadeTimer = setTimeout(() => this.receive({ type: 'typing', data: { ...frame.data, on: false } }), typingFades)
        if (!frame.data.on) clearTimeout(this.fadeTimer)
        break
      case 'error':
        this.fault(frame.data)
        break
      case 'resync':
        this.catchUp(this.current()).catch(() => this.line.wake())
    }
    this.remember(this.model.state)
    this.listener.changed()
    if (frame.type === 'opened') this.flush()
  }

  /** Keeps in mind where to come back to: an open conversation, or one that asks for an opinion. */
  private remember(state: State | undefined) {
    const { store } = this.host
    if (isOpen(state) || state?.survey === 'asked') store.set('conversation', state!.conversation)
    else if (state && store.get('conversation') === state.conversation) store.set('conversation', undefined)
  }

  private said({ cid, conversation, seq, at }: { cid: string; conversation: string; seq: number; at: string }) {
    const p = this.confirm(cid) as Pending<'say'> | undefined
    if (!p) return
    const attachments = p.data.attachments?.map((id) => this.files.get(id)).filter((f) => f !== undefined)
    const data: Entry = { conversation, seq, at, cid, kind: 'message', author: { kind: 'visitor' }, text: p.data.text, attachments }
    this.model = apply(this.model, { type: 'entry', data })
  }

  private fault(f: Fault) {
    const p = this.pending().find((x) => x.cid === f.cid)
    if (!p) return
    if (f.retry) {
      this.heldUntil = Date.now() + f.retry * 1000
      this.settle(p.cid)
      return
    }
    if (p.type === 'prechat') this.giveBack(p, f)
    else this.outbox.fail(p.cid, f)
    this.settle(p.cid)
  }

  /** Takes a conversation that was refused out of the outbox, with all that was to be said in it. */
  private giveBack(prechat: Pending, f: Fault) {
    const waiting = this.pending().filter((p): p is Pending<'say'> => p.type === 'say' && !(p as Pending<'say'>).data.conversation)
    this.outbox.remove(prechat.cid)
    for (const p of waiting) this.outbox.remove(p.cid)
    this.listener.refused(f, waiting.map((p) => p.data.text).join('\n'))
  }

  private confirm(cid: string): Pending | undefined {
    const p = this.outbox.remove(cid)
    this.settle(cid)
    return p
  }

  private settle(cid: string) {
    if (this.inFlight !== cid) return
    this.inFlight = undefined
    this.flush()
  }

  private push() {
    this.line.start()
    this.flush()
    this.listener.changed()
  }

  /** Sends the oldest that waits, and the next one only after its answer. */
  private flush(): void {
    const p = this.outbox.next()
    if (this.status !== 'online' || this.inFlight || !p) return
    clearTimeout(this.flushTimer)
    const wait = this.heldUntil - Date.now()
    if (wait > 0) {
      this.flushTimer = setTimeout(() => this.flush(), wait)
      return
    }
    const frame = this.frameOf(p)
    if (!frame) {
      this.outbox.fail(p.cid, { code: 'chat.no_conversation', text: '' })
      return this.flush()
    }
    if (!this.line.send(frame)) return
    this.inFlight = p.cid
    this.flushTimer = setTimeout(() => this.settle(p.cid), answerLimit)
  }

  private frameOf({ cid, type, data }: Pending): ClientFrame | undefined {
    if (type === 'prechat') return { type, data: { ...data, cid } } as ClientFrame
    const conversation = (data as { conversation: string }).conversation || this.current()
    return conversation ? ({ type, data: { ...data, cid, conversation } } as ClientFrame) : undefined
  }

  private otherTab(name: string) {
    if (name === 'visitor' && this.host.store.get('visitor') !== this.person.who?.id) this.model = emptyModel
    // Another tab has opened a conversation: this one joins it.
    if (name === 'conversation' && !this.model.state && this.host.store.get(name)) {
      this.line.stop()
      this.line.start()
    }
    this.listener.changed()
  }

  // HTTP beside the line.

  private entries(conversation: string | undefined, wait: number, signal?: AbortSignal): Promise<Entries> {
    const query = new URLSearchParams({ after: String(lastSeq(this.model)), wait: String(wait), version: this.version })
    if (conversation) query.set('conversation', conversation)
    return this.person.request(`/w/entries?${query}`, { signal })
  }

  private async poll(signal: AbortSignal): Promise<ServerFrame[]> {
    try {
      const page = await this.entries(this.current(), this.version ? pollWaitMax : 0, signal)
      this.version = page.more ? '' : page.version
      return framesOf(page)
    } catch (e) {
      if (!(e instanceof Refused && e.status === 404)) throw e
      await new Promise((resolve) => setTimeout(resolve, pollPause))
      return []
    }
  }

  private async catchUp(conversation: string | undefined) {
    for (let more = true; more; ) {
      const page = await this.entries(conversation, 0)
      more = !!page.more
      framesOf(page).forEach((f) => this.receive(f))
    }
  }
}

function framesOf({ state, entries, typing }: Entries): ServerFrame[] {
  return [
    { type: 'state', data: state },
    ...entries.map((data): ServerFrame => ({ type: 'entry', data })),
    { type: 'typing', data: { conversation: state.conversation, on: !!typing } },
  ]
}
