import type { HeldActs } from '../../conversation/held'
import type { Row } from '../../conversation/types'
import type { Outcome } from './bulk'

interface Options {
  rows: readonly Row[]
  /** How the conversations look until the server has heard of it. */
  expected: Partial<Row>
  send: (ids: readonly string[], leaving: boolean) => Promise<ReadonlyMap<string, Outcome>>
  /** What a customer's next message makes of it: it is off for that conversation, and this is why. Without it the act goes on. */
  interruption?: Outcome
  /** No longer to be taken back. */
  onSettled: () => void
  /** Told once, when it is known how it went with each. */
  onDone: (outcomes: ReadonlyMap<string, Outcome>) => void
}

/**
 * One act on many conversations, held back like the same act on one. Whatever makes one of them go makes all go, in
 * one request: the time is over, the page is left, or somebody goes on working on one of them.
 */
export class BulkRun {
  readonly #held: HeldActs
  readonly #options: Options
  readonly #outcomes = new Map<string, Outcome>()
  #left: ReadonlySet<string>
  #sent: Promise<ReadonlyMap<string, Outcome>> | undefined

  constructor(held: HeldActs, options: Options) {
    this.#held = held
    this.#options = options
    this.#left = new Set(options.rows.map((r) => r.id))
    for (const { id } of options.rows) {
      held.hold(id, {
        expected: options.expected,
        commit: (leaving) => this.#commit(id, leaving),
        settled: options.onSettled,
        interrupted: options.interruption && (() => this.#interrupt(id, options.interruption!)),
      })
    }
  }

  /** Takes all of it back; answers whether it was still time. */
  cancel(): boolean {
    if (this.#sent) return false
    const back = [...this.#left].filter((id) => this.#held.cancel(id))
    this.#left = new Set()
    return back.length > 0
  }

  #interrupt(id: string, outcome: Outcome) {
    this.#left = new Set([...this.#left].filter((other) => other !== id))
    this.#outcomes.set(id, outcome)
    if (this.#left.size > 0) return
    this.#options.onSettled()
    this.#options.onDone(this.#outcomes)
  }

  async #commit(id: string, leaving: boolean): Promise<boolean> {
    if (!this.#sent) {
      this.#sent = this.#send(leaving)
      for (const other of this.#left) if (other !== id) void this.#held.flush(other, leaving)
    }
    return (await this.#sent).get(id)?.done ?? false
  }

  async #send(leaving: boolean) {
    for (const [id, outcome] of await this.#options.send([...this.#left], leaving)) this.#outcomes.set(id, outcome)
    this.#options.onDone(this.#outcomes)
    return this.#outcomes
  }
}
