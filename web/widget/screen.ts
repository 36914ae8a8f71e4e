/** What the panel shows: which view, in which language, with what typed so far. */
import { call } from './api'
import type { Host } from './host'
import type { Catalogue, Translate } from './i18n'
import { translator } from './i18n'
import { isOpen, lastSeq } from './model'
import type * as More from './more'
import type { Config, Entry, Fault } from './protocol'
import { Session } from './session'
import type { Store } from './store'
import { openStore } from './store'
import type { Writing } from './writing'

export type View = 'home' | 'form' | 'chat' | 'offline' | 'sent'

const readAfter = 1000
const bannerAfter = 1500
const replayed = 1000 // what comes later than this after connecting was not waiting

export class Screen {
  open = false
  view: View = 'home'
  t!: Translate
  config: Config
  /** Something to say once, above the composer. */
  notice = ''
  answers: Record<string, string> = {}
  confirming = false
  /** The seq after which "New" is shown. */
  newAfter = 0
  /** The log is scrolled to its newest line. */
  atEnd = true
  readonly session: Session
  readonly store: Store
  /** What the first sight does not need; absent until it is here. */
  more?: typeof More
  /** The next message, once there can be one. */
  writing?: Writing
  /** What is wrong with a form, by field. */
  wrong: Record<string, string> = {}
  emoji = false
  stars = 0
  dragging = false
  sending = false
  /** The connection has been away long enough to say so. */
  offline = false
  /** Finds something of the panel that is drawn. */
  find: <T extends Element = Element>(selector: string) => T | null = () => null
  /** Where the focus goes after the next drawing. */
  focusNext = ''
  private readTimer?: ReturnType<typeof setTimeout>
  private lineTimer?: ReturnType<typeof setTimeout>

  constructor(
    readonly host: Host,
    private readonly redraw: () => void,
  ) {
    this.config = host.config
    this.store = openStore(host.key)
    this.session = new Session({ ...host, store: this.store }, { changed: () => this.changed(), arrived: (e) => this.arrived(e), refused: (f, text) => this.refused(f, text) }, host.config.language)
  }

  async load(language: string) {
    const catalogue = (await import(/* @vite-ignore */ `${this.host.base}/w/lang-${language}.js?${import.meta.env.VITE_WIDGET_BUILD}`)) as { default: Catalogue }
    this.t = translator(language, catalogue.default)
    this.host.element.lang = language
    this.changed()
  }

  changed() {
    const { t, host, open } = this
    if (!t) return
    const unread = this.session.unread()
    host.mark(open, unread, open ? t('launcherClose') : unread ? t('launcherUnread', { count: unread }) : t('launcherOpen'))
    this.watchLine()
    this.redraw()
    this.watchReading()
  }

  /** Moves the focus to the first of what the selector finds, once it is drawn. */
  focus(selector: string) {
    this.focusNext = selector
    this.changed()
  }

  async loadMore() {
    try {
      const more = await import('./more')
      if (this.more) return
      this.more = more
      this.more.style(this.host.root)
      this.writing = new this.more.Writing(this)
    } catch {
      this.notice = this.t('failed') // the next step tries again
    }
    this.changed()
  }

  // The page's commands.

  openPanel(view: View = this.busy() ? 'chat' : 'home') {
    this.go(view)
    this.open = true
    this.newAfter = this.session.readMark()
    this.store.set('open', true)
    this.session.start()
    this.session.wake()
    this.refreshHours()
    this.host.emit('open')
    this.changed()
  }

  close() {
    if (!this.open) return
    this.open = false
    this.store.set('open', undefined)
    this.changed()
    this.host.focusLauncher()
    this.host.emit('close')
  }

  async setLanguage(language: string) {
    const { host, session } = this
    try {
      const url = `${host.base}/w/config?key=${encodeURIComponent(host.key)}&lang=${encodeURIComponent(language)}`
      const config = await call<Config>(url)
      await this.load(config.language)
      this.config = config
      this.store.set('language', config.language)
      session.speak(config.language)
    } catch {
      this.notice = this.t('failed') // the old language stays
    }
    this.changed()
  }

  // The visitor's steps.

  go(view: View) {
    this.view = view
    this.notice = ''
    if (!this.more) this.loadMore()
    this.confirming = this.emoji = false
    this.wrong = {}
    this.newAfter = this.session.readMark()
    this.atEnd = true
    this.focus('[data-focus]')
  }

  /** To the first page; what was said there meanwhile is learned anew. */
  back() {
    if (!isOpen(this.session.model.state)) this.session.leave()
    this.go('home')
    if (this.store.get('token')) this.session.visit()
  }

  /** Escape leaves the innermost of what is open. */
  escape() {
    if (this.emoji) this.closeEmoji()
    else if (this.confirming) this.answerEnd(false)
    else this.close()
  }

  closeEmoji() {
    this.emoji = false
    this.focus('.box textarea')
  }

  answerEnd(end: boolean) {
    this.confirming = false
    if (end) this.session.end()
    this.focus(end ? '.log' : '[data-end]')
  }

  askEnd() {
    this.confirming = true
    this.focus('.ask button')
  }

  /** The way from the first page to the first message. */
  write() {
    const { hours, offline, prechat } = this.config
    if (this.busy()) {
      this.session.resume()
      return this.go('chat')
    }
    this.session.leave()
    if (!hours.open && offline) return this.go('offline')
    this.go(prechat.fields?.length || prechat.consent ? 'form' : 'chat')
  }

  async showPast(id: string) {
    this.go('chat')
    await this.session.show(id).catch(() => (this.notice = this.t('failed')))
    this.newAfter = this.session.readMark()
    this.changed()
  }

  get draft(): string {
    return this.store.get<string>('draft') ?? ''
  }

  set draft(text: string) {
    this.store.set('draft', text || undefined)
  }

  /** Reports whether there is a conversation that is not over. */
  busy(): boolean {
    const { state } = this.session.model
    const kept = this.store.get('conversation')
    return isOpen(state) || (!!kept && kept !== state?.conversation) || this.session.pending().some((p) => p.type === 'prechat')
  }

  private refused(fault: Fault, text: string) {
    this.draft = [text, this.draft].filter(Boolean).join('\n')
    const { offline, prechat } = this.config
    const away = fault.code === 'chat.closed' || fault.code === 'chat.full'
    if (away && offline) this.go('offline')
    else if (prechat.fields?.length || prechat.consent) this.go('form')
    for (const f of fault.fields ?? []) this.wrong[f.path.replace(/^fields\./, '')] = f.text
    this.notice = fault.text
    this.changed()
  }

  private arrived(entry: Entry) {
    const live = this.session.onlineFor() > replayed
    if (live && this.open && this.atEnd && !document.hidden) this.newAfter = entry.seq
    this.host.emit('message', entry)
    this.host.emit('unread', this.session.unread())
  }

  /** What was in view for a second is read. */
  private watchReading() {
    clearTimeout(this.readTimer)
    const seq = lastSeq(this.session.model)
    if (!this.open || this.view !== 'chat' || !this.atEnd || document.hidden || seq <= this.session.readMark()) return
    this.readTimer = setTimeout(() => this.session.read(seq), readAfter)
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

  private refreshHours() {
    const { next } = this.config.hours
    if (next && Date.parse(next) < Date.now()) this.setLanguage(this.session.person.language)
  }
}
