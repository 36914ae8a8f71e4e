/** The next message: its text, its files, and the mark that it is being typed. */
import { lastSeq } from './model'
import type { Pending } from './outbox'
import { textMax } from './protocol'
import type { Talk } from './talk'
import { Uploads } from './uploads'

const typingEvery = 3000
const typingStops = 4000

export class Writing {
  readonly uploads: Uploads
  private typedAt = 0
  private stopTimer?: ReturnType<typeof setTimeout>

  constructor(private readonly talk: Talk) {
    this.uploads = new Uploads(talk.screen.host.base, talk.session, () => talk.changed())
  }

  /** Reports whether text, with the files beside it, can go out. */
  ready(text: string): boolean {
    const { uploads } = this
    return uploads.list.length ? uploads.ready() : !!text.trim()
  }

  /** Says text; what cannot be taken stays in the composer. */
  say(text: string) {
    const { talk } = this
    const count = [...text].length
    if (!this.ready(text)) return
    if (count > textMax) talk.screen.notice = talk.t('tooLong', { max: textMax, count })
    else if (!talk.session.say(text.trim(), this.uploads.done(), this.prechat())) talk.screen.notice = talk.t('outboxFull')
    else {
      talk.answered()
      talk.screen.notice = talk.draft = ''
      talk.atEnd = true
      talk.newAfter = lastSeq(talk.session.model)
      this.uploads.list = []
      clearTimeout(this.stopTimer)
      this.typedAt = 0
    }
    talk.changed()
  }

  /** Says what came too late for its conversation in a new one, with the questions first if they are not answered here. */
  sayAnew() {
    const { talk } = this
    const { session } = talk
    const late = session.pending().filter((p): p is Pending<'say'> => p.fault?.code === 'chat.ended')
    for (const p of late) session.discard(p.cid)
    session.leave()
    const { fields = [], consent } = talk.toAsk()
    const asked = (fields.length > 0 || !!consent) && !talk.formSent
    if (asked) for (const p of late) talk.giveBack(p.data.text ?? '', p.files ?? [])
    else for (const p of late) session.say(p.data.text ?? '', p.files ?? [], this.prechat())
    if (asked) talk.ask()
    else talk.screen.go('chat')
  }

  attach(files: Iterable<File> | null | undefined) {
    const { talk } = this
    talk.screen.bringLater(true)
    talk.screen.notice = this.uploads.add([...(files ?? [])], talk.config.attachments, talk.t)
    talk.changed()
  }

  /** Tells the agent that the visitor types, not more often than is useful. */
  typed() {
    const { session } = this.talk
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
    const { answers, config } = this.talk
    const { consent } = config.prechat
    const { fields = [] } = this.talk.toAsk()
    const answered = fields.map((f) => [f.name, answers[f.name]?.trim()]).filter(([, v]) => v)
    return { fields: Object.fromEntries(answered), consent: !!consent, consent_version: consent?.version }
  }
}
