/** Sends what waits in the outbox, one act after the other, each until it is answered. */
import { Refused } from './api'
import type { Outbox, Pending } from './outbox'
import type { Attachment, ClientFrame, Fault, OfflineAnswer } from './protocol'

const answerLimit = 10_000 // then the same act is sent again under its client id
const othersLimit = 15_000 // after which an act of another tab is taken for forgotten

/** What sending needs of the session. */
export interface Way {
  online(): boolean
  /** The conversation of acts that name none. */
  conversation(): string | undefined
  send(frame: ClientFrame): boolean
  /** Takes a message for later over HTTP. */
  leave(p: Pending<'offline'>): Promise<OfflineAnswer>
  left(answer: OfflineAnswer): void
  /** An act was refused for good and taken out; what was written in it is given back. */
  refused(fault: Fault, type: Pending['type'], text: string, files: Attachment[]): void
}

export class Sending {
  private inFlight?: string
  private timer?: ReturnType<typeof setTimeout>
  private othersTimer?: ReturnType<typeof setTimeout>
  private heldUntil = 0

  constructor(
    private readonly outbox: Outbox,
    private readonly way: Way,
  ) {}

  /** Sends the oldest that waits, and the next one only after its answer. */
  flush(): void {
    const p = this.outbox.next()
    if (!this.way.online() || this.inFlight || !p) return
    clearTimeout(this.timer)
    const wait = this.heldUntil - Date.now()
    if (wait > 0) {
      this.timer = setTimeout(() => this.flush(), wait)
      return
    }
    if (p.type === 'offline') this.leave(p as Pending<'offline'>)
    else {
      const frame = this.frameOf(p)
      if (!frame) {
        this.outbox.fail(p.cid, { code: 'chat.ended', text: '' })
        return this.flush()
      }
      if (!this.way.send(frame)) return
    }
    this.inFlight = p.cid
    this.timer = setTimeout(() => this.settle(p.cid), answerLimit)
  }

  /** The line is another: nothing is on its way any more. */
  forget() {
    this.inFlight = undefined
  }

  /** Another tab has something to send. If it is closed before that, this one does. */
  help() {
    clearTimeout(this.othersTimer)
    this.othersTimer = setTimeout(() => this.flush(), othersLimit)
  }

  confirm(cid: string): Pending | undefined {
    const p = this.outbox.remove(cid)
    this.settle(cid)
    return p
  }

  /** Takes a fault about an act: for now, for a person to decide, or for good. */
  fault(f: Fault) {
    const p = this.outbox.all().find((x) => x.cid === f.cid)
    if (!p) return
    if (f.retry) this.heldUntil = Date.now() + f.retry * 1000
    else if (p.type === 'say') this.outbox.fail(p.cid, f)
    else this.giveBack(p, f)
    this.settle(p.cid)
  }

  /** Takes an act that was refused out of the outbox; of a conversation, with all that was to be said in it. */
  private giveBack(act: Pending, f: Fault) {
    const opens = act.type === 'prechat'
    const waiting = this.outbox.all().filter((p): p is Pending<'say'> => opens && p.type === 'say' && !(p as Pending<'say'>).data.conversation)
    for (const p of [act, ...waiting]) this.outbox.remove(p.cid)
    const texts = act.type === 'offline' ? [(act as Pending<'offline'>).data.text] : waiting.map((p) => p.data.text)
    this.way.refused(f, act.type, texts.filter(Boolean).join('\n'), waiting.flatMap((p) => p.files ?? []))
  }

  private async leave(p: Pending<'offline'>) {
    try {
      const answer = await this.way.leave(p)
      this.way.left(answer)
      this.confirm(p.cid)
    } catch (e) {
      // Without an answer it is sent again after answerLimit, or when the line is back.
      if (e instanceof Refused) this.fault({ ...e.fault, cid: p.cid })
    }
  }

  private settle(cid: string) {
    if (this.inFlight !== cid) return
    this.inFlight = undefined
    this.flush()
  }

  private frameOf({ cid, type, data }: Pending): ClientFrame | undefined {
    if (type === 'prechat') return { type, data: { ...data, cid } } as ClientFrame
    const conversation = (data as { conversation: string }).conversation || this.way.conversation()
    return conversation ? ({ type, data: { ...data, cid, conversation } } as ClientFrame) : undefined
  }
}
