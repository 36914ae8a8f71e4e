/** The next message: its text, its files, and the mark that it is being typed. */
import { lastSeq } from './model'
import { textMax } from './protocol'
import type { Screen } from './screen'
import { Uploads } from './uploads'

const typingEvery = 3000
const typingStops = 4000

export class Writing {
  readonly uploads: Uploads
  private typedAt = 0
  private stopTimer?: ReturnType<typeof setTimeout>

  constructor(private readonly screen: Screen) {
    this.uploads = new Uploads(screen.host.base, screen.session, () => screen.changed())
  }

  /** Reports whether text, with the files beside it, can go out. */
  ready(text: string): boolean {
    const { uploads } = this
    return uploads.list.length ? uploads.ready() : !!text.trim()
  }

  /** Says text; what cannot be taken stays in the composer. */
  say(text: string) {
    const { screen } = this
    const count = [...text].length
    if (!this.ready(text)) return
    if (count > textMax) screen.notice = screen.t('tooLong', { max: textMax, count })
    else if (!screen.session.say(text.trim(), this.uploads.take(), this.prechat())) screen.notice = screen.t('outboxFull')
    else {
      screen.notice = screen.draft = ''
      screen.atEnd = true
      screen.newAfter = lastSeq(screen.session.model)
      clearTimeout(this.stopTimer)
      this.typedAt = 0
    }
    screen.changed()
  }

  attach(files: Iterable<File> | null | undefined) {
    const { screen } = this
    screen.notice = this.uploads.add([...(files ?? [])], screen.config.attachments, screen.t)
    screen.changed()
  }

  /** Tells the agent that the visitor types, not more often than is useful. */
  typed() {
    const { session } = this.screen
    clearTimeout(this.stopTimer)
    this.stopTimer = setTimeout(() => {
      this.typedAt = 0
      session.typing(false)
    }, typingStops)
    if (Date.now() - this.typedAt < typingEvery) return
    this.typedAt = Date.now()
    session.typing(true)
  }

  /** The answers that open a conversation. A form with a consent is only left by giving it. */
  private prechat() {
    const { config, answers } = this.screen
    const { fields = [], consent } = config.prechat
    const answered = fields.map((f) => [f.name, answers[f.name]?.trim()]).filter(([, v]) => v)
    return { fields: Object.fromEntries(answered), consent: !!consent, consent_version: consent?.version }
  }
}
