import type { Report } from './bulk'

/** How the last act on many went, for as long as something of it was not done and nobody has put it away. */
export class BulkReports {
  #report: Report | undefined
  readonly #watchers = new Set<() => void>()

  watch = (watcher: () => void) => {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  current = (): Report | undefined => this.#report

  show = (report: Report | undefined) => {
    this.#report = report
    for (const watcher of this.#watchers) watcher()
  }
}
