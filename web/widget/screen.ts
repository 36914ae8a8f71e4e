/** What the panel shows: which view, in which language. What is said in it is the talk's. */
import { call } from './api'
import type { Host } from './host'
import type { Catalogue, Translate } from './i18n'
import { translator } from './i18n'
import type * as Later from './later'
import type { Mark } from './launcher'
import { openLauncher } from './launcher'
import type * as More from './more'
import type { Config } from './protocol'
import type { Store } from './store'
import { openStore } from './store'
import type { Talk } from './talk'

export type View = 'home' | 'form' | 'chat' | 'offline' | 'sent'

const laterAgain = 5000

export class Screen {
  open = false
  view: View = 'home'
  t!: Translate
  config: Config
  /** Something to say once, above the composer. */
  notice = ''
  readonly store: Store
  private readonly mark: Mark
  /** What the first sight does not need; absent until it is here. */
  more?: typeof More
  /** What only a conversation needs that goes on; absent until it is here. */
  later?: typeof Later
  talk?: Talk
  /** Finds something of the panel that is drawn. */
  find: <T extends Element = Element>(selector: string) => T | null = () => null
  /** Where the focus goes after the next drawing. */
  focusNext = ''
  /** What is said aloud while the panel is closed. */
  news = ''
  /** Who the site says the visitor is, until the talk is here to hear it. */
  private claim?: string | null
  private bringing?: Promise<Talk>
  private bringingLater?: Promise<void>

  constructor(
    readonly host: Host,
    private readonly redraw: () => void,
  ) {
    this.config = host.config
    this.store = openStore(host.key)
    this.mark = openLauncher(host)
  }

  async load(language: string) {
    const catalogue = (await import(/* @vite-ignore */ `${this.host.base}/w/lang-${language}.js?${import.meta.env.VITE_WIDGET_BUILD}`)) as { default: Catalogue }
    this.t = translator(language, catalogue.default)
    this.host.element.lang = language
    this.changed()
  }

  changed() {
    const { t, open, talk } = this
    if (!t) return
    const unread = talk?.session.unread() ?? 0
    this.mark(open, unread, open ? t('launcherClose') : unread ? t('launcherUnread', { count: unread }) : t('launcherOpen'))
    this.redraw()
    talk?.looked(unread)
  }

  /** Moves the focus to the first of what the selector finds, once it is drawn. */
  focus(selector: string) {
    this.focusNext = selector
    this.changed()
  }

  /** Brings the talk, once. A failure is said; the next step tries again. */
  bring(): Promise<Talk> {
    this.bringing ??= this.begin().catch((e) => {
      this.bringing = undefined
      this.fail()
      throw e
    })
    return this.bringing
  }

  private fail() {
    this.notice = this.t('failed')
    this.changed()
  }

  private async begin(): Promise<Talk> {
    const more = await import('./more')
    more.style(this.host.root)
    this.more = more
    this.talk = new more.Talk(this)
    this.talk.session.start()
    if (this.claim !== undefined) this.talk.session.identify(this.claim)
    this.changed()
    return this.talk
  }

  /** Brings what a conversation needs that goes on, once. That it failed is said to who has asked for it; a later step tries again. */
  bringLater(asked = false) {
    this.bringingLater ??= this.addLater().catch(() => {
      setTimeout(() => (this.bringingLater = undefined), laterAgain)
    })
    if (asked) this.bringingLater.then(() => this.later || this.fail())
  }

  private async addLater() {
    const later = await import('./later')
    later.style(this.host.root)
    this.later = later
    this.changed()
  }

  // The page's commands.

  /** Opens at what waits for the visitor. Reopened after a change of page it leaves the focus where it is. */
  openPanel(again = false) {
    const { store, talk } = this
    this.open = true
    this.news = ''
    this.go((talk ? talk.waits() : store.get('conversation')) ? 'chat' : 'home')
    if (again) this.focusNext = ''
    store.set('open', true)
    this.with(({ session }) => session.look(this.open))
    const { next } = this.config.hours
    if (next && Date.parse(next) < Date.now()) this.setLanguage(this.config.language)
    this.host.emit('open')
    this.changed()
  }

  close() {
    if (!this.open) return
    this.open = false
    this.talk?.session.look(false)
    this.store.set('open', undefined)
    this.changed()
    this.host.button.focus()
    this.host.emit('close')
  }

  identify(token: string | null) {
    this.claim = token
    if (this.talk) this.talk.session.identify(token)
    else this.bring().catch(() => {})
  }

  async setLanguage(language: string) {
    const { host } = this
    try {
      const url = `${host.base}/w/config?key=${encodeURIComponent(host.key)}&lang=${encodeURIComponent(language)}`
      const config = await call<Config>(url)
      await this.load(config.language)
      this.config = config
      this.store.set('language', config.language)
      this.talk?.session.speak(config.language)
    } catch {
      this.notice = this.t('failed') // the old language stays
    }
    this.changed()
  }

  // The visitor's steps.

  go(view: View) {
    this.view = view
    this.notice = ''
    this.with((talk) => talk.entered())
    this.focus('[data-focus]')
  }

  /** Does f with the talk, as soon as it is here. */
  with(f: (talk: Talk) => void) {
    if (this.talk) f(this.talk)
    else this.bring().then(f, () => {})
  }
}
