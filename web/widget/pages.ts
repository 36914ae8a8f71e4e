/** Entries over HTTP: what was left out on the line, and everything where there is none. */
import { Refused } from './api'
import { backoff } from './connection'
import type { Frame, Model } from './model'
import type { Entries } from './protocol'
import { pollWaitMax } from './protocol'
import type { Person } from './visitor'

const pollPause = 5_000 // between polls while there is nothing to wait for

/** The conversation that is fetched, and who hears of it. */
export interface Reader {
  model(): Model
  conversation(): string | undefined
  receive(page: Frame): void
}

export class Pages {
  private version = ''
  /** Counts the times at which fetching what was left out became pointless. */
  private gap = 0

  constructor(
    private readonly person: Person,
    private readonly reader: Reader,
  ) {}

  /** The conversation or the line is another. */
  forget() {
    this.version = ''
    this.gap++
  }

  /** Asks for what follows what the model has. */
  after(model: Model, conversation: string | undefined, wait = 0, signal?: AbortSignal): Promise<Entries> {
    const query = new URLSearchParams({ after: String(model.upTo), wait: String(wait), version: this.version })
    if (conversation) query.set('conversation', conversation)
    return this.person.request(`/w/entries?${query}`, { signal })
  }

  async poll(signal: AbortSignal): Promise<Frame[]> {
    const { reader } = this
    try {
      const page = await this.after(reader.model(), reader.conversation(), this.version ? pollWaitMax : 0, signal)
      this.version = page.more ? '' : page.version
      return [{ type: 'page', data: page }]
    } catch (e) {
      if (!(e instanceof Refused && e.status === 404)) throw e
      await new Promise((resolve) => setTimeout(resolve, pollPause))
      return []
    }
  }

  /** Fetches what was left out until all of it is here, the line is another, or the server says no. */
  async catchUp() {
    const { reader } = this
    const own = ++this.gap
    for (let failures = 0; own === this.gap; ) {
      try {
        const data = await this.after(reader.model(), reader.conversation())
        if (own !== this.gap) return
        reader.receive({ type: 'page', data })
        if (!data.more) return
        failures = 0
      } catch (e) {
        if (e instanceof Refused && !e.fault.retry) return
        await new Promise((resolve) => setTimeout(resolve, backoff(failures++)))
      }
    }
  }
}
