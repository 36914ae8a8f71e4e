/** What is said in the panel: the visitor's session, the next message, and what the screen shows of them. */
import type { Line } from './model'
import { goesOn, toRead } from './model'
import type { Pending } from './outbox'
import type { Attachment, Config, Entry, Fault } from './protocol'
import type { Screen } from './screen'
import type { Listener } from './session'
import { Session } from './session'
import { inShort } from './ui/phrases'
import { Writing } from './writing'

const readAfter = 1000
const bannerAfter = 1500
const replayed = 1000 // what comes later than this after connecting was not waiting

/** How far a conversation was followed. */
interface Mark {
  conversation: string
  seq: number
}

export class Talk implements Listener {
  readonly session: Session
  writing: Writing
  answers: Record<string, string> = {}
  /** The form was answered on this page. */
  formSent = false
  /** What is wrong with a form, by field. */
  wrong: Record<string, string> = {}
  confirming = false
  emoji = false
  stars = 0
  dragging = false
  /** The seq after which "New" is shown. */
  newAfter = 0
  /** The log is scrolled to its newest line. */
  atEnd = true
  /** The connection has been away long enough to say so. */
  offline = false
  /** What was last said aloud of where the conversation stands. */
  heard: { text: string; at: number; timer?: ReturnType<typeof setTimeout> } = { text: '', at: 0 }
  private readTimer?: ReturnType<typeof setTimeout>
  private lineTimer?: ReturnType<typeof setTimeout>
  /** The title as we have marked it; the site may set another at any time. */
  private ourTitle = ''

  constructor(readonly screen: Screen) {
    const { host, store, config } = screen
    this.session = new Session({ ...host, store }, this, config.language)
    this.writing = new Writing(this)
    host.stepped = () => this.session.page()
    addEventListener('online', () => this.session.wake())
    document.addEventListener('visibilitychange', () => {
      this.session.wake()
      this.changed()
    })
    addEventListener('keydown', (e) => e.key === 'Escape' && this.hush(), true)
  }

  get t() {
    return this.screen.t
  }

  get config() {
    return this.screen.config
  }

  changed() {
    this.screen.changed()
  }

  /** Another view has come. */
  entered() {
    this.confirming = this.emoji = false
    this.wrong = {}
    this.markNew()
    this.atEnd = true
  }

  /** New is what was not read; where nothing was yet, what follows the first words. */
  private markNew() {
    const { session } = this
    this.newAfter = session.readMark() || (session.shown.entries[0]?.seq ?? 0)
  }

  /** The screen was drawn. */
  looked(unread: number) {
    const { session, screen } = this
    if (session.shown.state || session.person.history.length > 0) screen.bringLater()
    this.markTitle(this.screen.open && !document.hidden ? 0 : unread)
    this.watchLine()
    this.watchReading()
  }

  // The visitor's steps.

  /** To the first page; what was said there meanwhile is learned anew. */
  back() {
    const { session, screen } = this
    if (session.past || !this.waits()) session.leave()
    screen.go('home')
    if (screen.store.get('token')) session.visit()
  }

  /** Escape leaves the innermost of what is open. */
  escape(): boolean {
    if (this.emoji) this.closeEmoji()
    else if (this.confirming) this.answerEnd(false)
    else return false
    return true
  }

  closeEmoji() {
    this.emoji = false
    this.screen.focus('.box textarea')
  }

  answerEnd(end: boolean) {
    this.confirming = false
    if (end) this.session.end()
    this.screen.focus(end ? '.log' : '[data-end]')
  }

  askEnd() {
    this.confirming = true
    this.screen.focus('.ask button')
  }

  /** What is still to be asked before the first message: neither what the brand has signed nor what was agreed to before. */
  toAsk(): Config['prechat'] {
    const { fields = [], consent } = this.screen.config.prechat
    const { who } = this.session.person
    return { fields: fields.filter((f) => !who?.signed?.includes(f.name)), consent: consent && who?.consent === consent.version ? undefined : consent }
  }

  /** The way from the first page to the first message. */
  write() {
    const { session, screen } = this
    const { hours, offline } = screen.config
    if (session.past) session.leave()
    if (this.busy()) return screen.go('chat')
    session.leave()
    if (!hours.open && offline) return screen.go('offline')
    this.ask()
  }

  /** To the questions before the first message, if there are any left. */
  ask() {
    const { fields, consent } = this.toAsk()
    this.screen.go(fields?.length || consent ? 'form' : 'chat')
  }

  async showPast(id: string) {
    const { session, screen } = this
    screen.go('chat')
    if (id !== session.model.state?.conversation) await session.show(id).catch(() => (screen.notice = screen.t('failed')))
    this.markNew()
    this.changed()
  }

  get draft(): string {
    return this.screen.store.get<string>('draft') ?? ''
  }

  set draft(text: string) {
    this.screen.store.set('draft', text || undefined)
  }

  /** Reports whether there is a conversation that goes on. */
  busy(): boolean {
    const { session, screen } = this
    const { state } = session.model
    const kept = screen.store.get('conversation')
    return goesOn(state) || (!!kept && kept !== state?.conversation) || session.pending().some((p) => p.type === 'prechat')
  }

  /** Reports whether something of the visitor's wants to be looked at first. */
  waits(): boolean {
    const { session } = this
    return this.busy() || session.unread() > 0 || session.model.state?.survey === 'asked'
  }

  /** What is shown beside the launcher: the newest unread message, until it is put away. A launcher of the site's own is left alone. */
  get preview(): Line | undefined {
    const { screen, session } = this
    const line = session.news().findLast((l) => !l.deleted)
    const hushed = screen.store.get<Mark>('hushed')
    if (!line || screen.open || screen.config.look?.launcher === 'hidden') return undefined
    return hushed?.conversation === line.conversation && line.seq <= hushed.seq ? undefined : line
  }

  /** Puts the preview away, in all tabs; the launcher still counts the message. */
  hush() {
    const { preview, screen } = this
    if (!preview) return
    const { conversation, seq } = preview
    if (screen.find('.preview :focus')) screen.host.button.focus()
    screen.store.set('hushed', { conversation, seq })
    screen.news = ''
    this.changed()
  }

  // What the session tells.

  refused(fault: Fault, type: Pending['type'], text: string, files: Attachment[]) {
    const { screen } = this
    this.giveBack(text, files)
    const away = fault.code === 'chat.closed' || fault.code === 'chat.full'
    if (type === 'offline' || (away && screen.config.offline)) screen.go('offline')
    else if (type === 'prechat') this.ask()
    if (fault.code === 'chat.consent') screen.setLanguage(screen.config.language) // the text is another by now
    for (const f of fault.fields ?? []) this.wrong[f.path.replace(/^fields\./, '')] = f.text
    screen.notice = fault.text || screen.t('failed')
    this.changed()
  }

  /** Who answers has read what is before their eyes. */
  answered() {
    this.session.read(this.inView())
  }

  /** Puts what could not be said back into the composer. */
  giveBack(text: string, files: Attachment[]) {
    this.draft = [text, this.draft].filter(Boolean).join('\n')
    this.writing.uploads.put(files)
  }

  forgotten() {
    const { screen } = this
    this.answers = {}
    this.formSent = false
    this.stars = 0
    this.writing = new Writing(this)
    screen.news = ''
    if (screen.open) screen.go('home')
  }

  disbelieved(fault: Fault) {
    this.screen.host.emit('identity_refused', fault)
    // oxlint-disable-next-line no-console -- the only place where the site's owner can learn of it
    console.warn('zongler', fault.code, fault.text)
  }

  /** Whoever follows an invitation wants to write. */
  invited() {
    if (!this.screen.open) this.screen.openPanel()
    this.write()
    this.screen.host.emit('invited')
  }

  uninvited(fault: Fault) {
    this.screen.host.emit('invitation_refused', fault)
  }

  arrived(entry: Entry) {
    const { session, screen } = this
    const live = session.onlineFor() > replayed
    if (live && screen.open && this.atEnd && !document.hidden) this.newAfter = entry.seq
    if (!screen.open) screen.news = `${entry.author.name ?? screen.config.brand.name}: ${entry.text || inShort(entry)}`
    screen.host.emit('message', entry)
    screen.host.emit('unread', session.unread())
  }

  /** Shows in the title of the page how much waits to be read. */
  private markTitle(unread: number) {
    const { ourTitle } = this
    const plain = ourTitle && document.title === ourTitle ? ourTitle.replace(/^\(\d+\) /, '') : document.title
    this.ourTitle = unread ? `(${unread}) ${plain}` : ''
    if ((this.ourTitle || plain) !== document.title) document.title = this.ourTitle || plain
  }

  /** What was in view for a second is read. */
  private watchReading() {
    clearTimeout(this.readTimer)
    const seq = this.inView()
    if (seq > this.session.readMark()) this.readTimer = setTimeout(() => this.session.read(seq), readAfter)
  }

  /** Returns up to where the other side's words are before the visitor's eyes; 0 while they are not. */
  private inView(): number {
    const { open, view } = this.screen
    return open && view === 'chat' && this.atEnd && !document.hidden ? toRead(this.session.shown) : 0
  }

  /** A lost connection is said, but not for a hiccup. */
  private watchLine() {
    const lost = this.session.status === 'connecting'
    if (!lost) {
      clearTimeout(this.lineTimer)
      this.lineTimer = undefined
      this.offline = false
    } else
      this.lineTimer ??= setTimeout(() => {
        this.offline = true
        this.changed()
      }, bannerAfter)
  }
}
