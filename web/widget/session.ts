/**
 * One visitor's line to one entry point: who they are, their conversation, and
 * what of theirs is still on its way. It knows no screen.
 */
import type { Connection, Status } from './connection'
import { connect } from './connection'
import type { Frame, Line, Model } from './model'
import { apply, emptyModel, goesOn, isOpen, unread, withEntry } from './model'
import type { Outbox, Pending } from './outbox'
import { openOutbox } from './outbox'
import { forgetTrail } from './page'
import { Pages } from './pages'
import type { Attachment, ClientData, ClientFrame, Entry, Fault, OfflineMessage, State } from './protocol'
import { Sending } from './sending'
import type { Server } from './visitor'
import { Person } from './visitor'

const typingFades = 6_000

/** What the screen wants to hear. */
export interface Listener {
  changed(): void
  /** A message of the other side has come. */
  arrived(entry: Entry): void
  /** An act was not taken; what was written in it is given back. */
  refused(fault: Fault, type: Pending['type'], text: string, files: Attachment[]): void
  /** Nobody is here any more, or somebody else: nothing of the first person may show. */
  forgotten(): void
  /** The server does not believe who the site says the visitor is. */
  disbelieved(fault: Fault): void
  /** The visitor came by an agent's invitation. */
  invited(): void
  /** An invitation opens nothing. */
  uninvited(fault: Fault): void
}

export class Session {
  /** The conversation that goes on. */
  model: Model = emptyModel
  /** An earlier one that is being read. */
  past?: Model
  status: Status | 'idle' = 'idle'
  readonly person: Person
  private looking = false

  private readonly line: Connection
  private readonly outbox: Outbox
  private readonly sending: Sending
  private readonly pages: Pages
  private fadeTimer?: ReturnType<typeof setTimeout>
  private onlineSince = 0

  constructor(
    private readonly host: Server,
    private readonly listener: Listener,
    language: string,
  ) {
    this.person = new Person(host, language, { replaced: () => this.another(), disbelieved: (f) => listener.disbelieved(f), uninvited: (f) => listener.uninvited(f) })
    this.outbox = openOutbox(host.store)
    this.line = connect({
      url: `${host.base.replace(/^http/, 'ws')}/w/ws`,
      hello: () => this.hello(),
      onFrame: (f) => this.receive(f),
      onStatus: (s) => this.statusChanged(s),
      onUnauthenticated: () => this.person.invalid(),
      post: (frame) => this.person.request('/w/messages', { body: frame }),
      poll: (signal) => this.pages.poll(signal),
    })
    this.pages = new Pages(this.person, { model: () => this.model, conversation: () => this.current(), receive: (f) => this.receive(f) })
    this.sending = new Sending(this.outbox, {
      online: () => this.status === 'online',
      conversation: () => this.current(),
      send: (frame) => this.line.send(frame),
      leave: async ({ cid, data }) => {
        const token = await this.person.token() // so that sent again it is the same visitor's
        return this.person.request('/w/offline', { body: { ...data, cid, key: host.key, token } })
      },
      left: (a) => {
        if (a.token) this.person.met(a as Required<typeof a>)
        if (a.conversation) this.turnTo(a.conversation)
      },
      refused: (...what) => listener.refused(...what),
    })
    host.store.watch((name) => this.otherTab(name))
  }

  // What the visitor does.

  /** Connects if there is anything to hear or to send. No visitor exists before something is said. */
  start() {
    const { store } = this.host
    if (store.get('conversation') || this.outbox.next() || (this.looking && store.get('token'))) this.line.start()
  }

  /** The panel is open, or it is not: who looks learns what there is. */
  look(open: boolean) {
    this.looking = open
    this.start()
    if (!open) return
    this.wake()
    if (this.host.store.get('token')) this.visit()
  }

  wake() {
    this.line.wake()
    if (this.person.identity || this.person.invitation) this.visit()
  }

  /** Says something, opening a conversation first if there is none. Reports whether it was taken. */
  say(text: string, files: Attachment[], prechat: Omit<ClientData['prechat'], 'cid'>): boolean {
    const { state } = this.model
    const open = goesOn(state) ? state!.conversation : ''
    const opening = this.pending().some((p) => p.type === 'prechat')
    if (!open && !opening && !this.outbox.add('prechat', { ...prechat, language: this.person.language, pages: this.host.trail })) return false
    const added = this.outbox.add('say', { conversation: open, text, attachments: files.map((f) => f.id) }, files)
    this.typing(false)
    this.push()
    return !!added
  }

  /** Leaves a message for when somebody is back. Reports whether it was taken. */
  leaveWord(message: Omit<OfflineMessage, 'cid' | 'language' | 'pages'>): boolean {
    const added = this.outbox.add('offline', { ...message, language: this.person.language, pages: this.host.trail })
    this.push()
    return !!added
  }

  end() {
    this.outbox.add('end', { conversation: this.model.state!.conversation })
    this.push()
  }

  rate(stars: number, comment: string) {
    this.outbox.add('survey', { conversation: this.shown.state!.conversation, stars, comment })
    this.push()
  }

  /** Says where answers go that are not seen here. */
  mailTo(email: string) {
    this.outbox.add('address', { conversation: this.shown.state!.conversation, email })
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

  /** The visitor has seen the entries up to seq. It is told at once, or as soon as there is a line. */
  read(seq: number) {
    const conversation = this.shown.state?.conversation
    if (!conversation || seq <= this.readMark()) return
    if (this.past) this.past = { ...this.past, state: { ...this.past.state!, visitor_read: seq } }
    else this.host.store.set('read', { conversation, seq })
    this.line.send({ type: 'read', data: { conversation, seq } })
    this.remember(this.model.state)
    this.listener.changed()
  }

  page() {
    const page = this.host.trail.at(-1)
    if (page && isOpen(this.model.state)) this.line.send({ type: 'page', data: page })
  }

  speak(language: string) {
    this.person.language = language
    this.line.send({ type: 'language', data: { language } })
  }

  /** The site says who the visitor is, by a signed token, or with null that nobody is signed in any more. */
  async identify(token: string | null) {
    if (token === null) {
      this.person.signOut()
      return this.forget()
    }
    this.person.identity = token
    await this.visit()
  }

  /** An agent has invited the visitor, by a link with this token. */
  async invite(token: string) {
    this.person.invitation = token
    await this.visit()
  }

  /** Learns of earlier conversations, and of one that goes on elsewhere; without a connection the old list stays. */
  async visit() {
    await this.person.visit().catch(() => {})
    const open = this.person.history.find((c) => c.phase !== 'closed')
    if (open && !this.current()) this.host.store.set('conversation', open.id)
    this.start()
    if (this.person.arrived) this.listener.invited()
    this.person.arrived = false
    this.listener.changed()
  }

  /** Turns away from the conversation on screen. */
  leave() {
    if (this.past) this.past = undefined
    else this.turnTo(undefined)
    if (this.person.later && !this.model.state) this.identify(this.person.later)
    this.listener.changed()
  }

  /** Brings an earlier conversation on screen; the one that goes on stays where it is. */
  async show(conversation: string) {
    this.past = emptyModel
    for (let more = true; more && this.past; ) {
      const page = await this.pages.after(this.past, conversation)
      if (!this.past) return
      if (goesOn(page.state)) return this.turnTo(conversation)
      this.past = apply(this.past, { type: 'page', data: page })
      more = !!page.more
    }
    this.listener.changed()
  }

  // What the screen asks.

  /** The conversation on screen. */
  get shown(): Model {
    return this.past ?? this.model
  }

  /** Another tab's act may be done before this one hears that it was to be done. */
  pending(): Pending[] {
    const done = new Set(this.model.entries.map((e) => e.cid))
    return this.outbox.all().filter((p) => !done.has(p.cid))
  }

  /** Returns how far the visitor has read a conversation. */
  readMark(model = this.shown): number {
    const own = this.host.store.get<{ conversation: string; seq: number }>('read')
    const mine = own && own.conversation === model.state?.conversation ? own.seq : 0
    return Math.max(mine, model.state?.visitor_read ?? 0)
  }

  /** Returns how much of the conversation that goes on was not seen yet. */
  unread(): number {
    return this.news().length
  }

  /** Returns the messages of the conversation that goes on that were not seen yet. */
  news(): Line[] {
    return unread(this.model, this.readMark(this.model))
  }

  /** Returns for how many milliseconds the line has been up. */
  onlineFor(): number {
    return this.status === 'online' ? Date.now() - this.onlineSince : 0
  }

  /** Another person sits here now: nothing of the first may show. */
  private another() {
    this.forget()
    this.start()
  }

  /** Forgets the visitor in this browser. */
  private forget() {
    const { store } = this.host
    for (const name of ['token', 'visitor', 'read', 'hushed', 'draft', 'conversation', ...store.names('out.')]) store.set(name, undefined)
    forgetTrail(this.host.key, this.host.trail)
    this.clear()
  }

  /** Forgets the visitor in this tab. */
  private clear() {
    this.line.stop()
    this.past = undefined
    this.model = emptyModel
    this.pages.forget()
    this.listener.forgotten()
    this.listener.changed()
  }

  // The line.

  private current(): string | undefined {
    return this.model.state?.conversation ?? this.host.store.get<string>('conversation')
  }

  /** Makes a conversation the one that goes on, or none. */
  private turnTo(conversation: string | undefined) {
    const { store } = this.host
    if (conversation || store.get('conversation') === this.model.state?.conversation) store.set('conversation', conversation)
    this.past = undefined
    this.model = emptyModel
    this.pages.forget()
    if (conversation) this.redial()
  }

  private redial() {
    this.line.stop()
    this.line.start()
  }

  private async hello(): Promise<ClientFrame> {
    const token = await this.person.token()
    return { type: 'hello', data: { token, conversation: this.current(), seq: this.model.upTo, language: this.person.language, page: this.host.trail.at(-1) } }
  }

  private statusChanged(status: Status) {
    this.status = status
    this.sending.forget()
    this.pages.forget()
    if (status === 'online') {
      this.onlineSince = Date.now()
      this.sending.flush()
      const { conversation, visitor_read: told = 0 } = this.model.state ?? {}
      const seq = this.readMark(this.model)
      if (conversation && seq > told) this.line.send({ type: 'read', data: { conversation, seq } })
    } else this.model = { ...this.model, typing: false }
    this.listener.changed()
  }

  private receive(frame: Frame) {
    const before = this.model
    this.model = apply(before, frame)
    switch (frame.type) {
      case 'welcome':
        this.person.who = frame.data.visitor
        break
      case 'opened':
      case 'done':
        this.sending.confirm(frame.data.cid)
        break
      case 'said':
        this.said(frame.data)
        break
      case 'entry':
        this.entry(frame.data, this.model !== before)
        break
      case 'page':
        for (const e of frame.data.entries) this.entry(e, !before.entries.some((x) => x.seq === e.seq))
        break
      case 'typing':
        clearTimeout(this.fadeTimer)
        this.fadeTimer = setTimeout(() => this.receive({ type: 'typing', data: { ...frame.data, on: false } }), typingFades)
        if (!frame.data.on) clearTimeout(this.fadeTimer)
        break
      case 'error':
        this.sending.fault(frame.data)
        break
      case 'resync':
        this.pages.catchUp()
    }
    this.remember(this.model.state)
    this.listener.changed()
    if (frame.type === 'opened') this.sending.flush()
  }

  private entry(e: Entry, isNew: boolean) {
    if (e.cid) this.sending.confirm(e.cid)
    if (isNew && e.kind === 'message' && e.author.kind !== 'visitor' && e.seq > this.readMark(this.model)) this.listener.arrived(e)
  }

  /** Keeps in mind where to come back to: what goes on, what asks for an opinion, what was not read yet. */
  private remember(state: State | undefined) {
    const { store } = this.host
    if (!state) return
    const kept = store.get('conversation')
    const wanted = goesOn(state) || state.survey === 'asked' || this.unread() > 0
    if (wanted && kept !== state.conversation) store.set('conversation', state.conversation)
    else if (!wanted && kept === state.conversation) store.set('conversation', undefined)
  }

  /** Shows own words as soon as they are stored. That says nothing of what was said before them. */
  private said({ cid, conversation, seq, at }: { cid: string; conversation: string; seq: number; at: string }) {
    const p = this.sending.confirm(cid) as Pending<'say'> | undefined
    if (p) this.model = withEntry(this.model, { conversation, seq, at, cid, kind: 'message', author: { kind: 'visitor' }, text: p.data.text, attachments: p.files, told: true })
  }

  private push() {
    this.line.start()
    this.sending.flush()
    this.listener.changed()
  }

  private otherTab(name: string) {
    const { store } = this.host
    const { who } = this.person
    if ((name === 'visitor' || name === 'token') && who && store.get('visitor') !== who.id) {
      this.person.forget()
      this.clear()
      this.start()
    }
    // Another tab has opened a conversation: this one joins it.
    const other = store.get<string>('conversation')
    if (name === 'conversation' && other && other !== this.model.state?.conversation && !isOpen(this.model.state)) this.turnTo(other)
    if (name.startsWith('out.')) this.sending.help()
    this.listener.changed()
  }
}
