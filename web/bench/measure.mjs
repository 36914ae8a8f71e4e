// How long a page takes to answer a person, as the browser itself counts it:
// from the input to the next picture, of every key and every click (INP). Beside
// it stands what the page's thread has worked, which other work on the machine
// does not lengthen.

/** Entries below this are not reported; what is missing was quicker. */
const quickest = 16

/** Runs in the page before all else. */
function watch(threshold) {
  const seen = (globalThis.seen = { events: [], shift: 0, largest: 0 })
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- only what is inside goes into the page
  const observe = (type, take, more) => {
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(take))
    observer.observe({ type, buffered: true, ...more })
    return observer
  }
  const event = (e) => {
    if (!e.interactionId) return
    const target = e.target && `${e.target.nodeName.toLowerCase()}${e.target.getAttribute('aria-label') ? `[${e.target.getAttribute('aria-label')}]` : ''}`
    seen.events.push({ id: e.interactionId, name: e.name, target, at: e.startTime, took: e.duration, waited: e.processingStart - e.startTime, worked: e.processingEnd - e.processingStart })
  }
  const observer = observe('event', event, { durationThreshold: threshold })
  observe('layout-shift', (e) => (seen.shift += e.hadRecentInput ? 0 : e.value))
  observe('largest-contentful-paint', (e) => (seen.largest = e.startTime))
  seen.rest = () => observer.takeRecords().forEach(event)
}

/** Begins to watch whatever a context opens. */
export function prepare(context) {
  return context.addInitScript(watch, quickest)
}

/** Waits until what was done can be seen, and as long as a quick person takes until the next key. */
export async function settle(page, pause = 80) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
  await page.waitForTimeout(pause)
}

/** Opens the clock of a page's thread: milliseconds that it has worked. */
async function openClock(page) {
  const browser = await page.context().newCDPSession(page)
  await browser.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await browser.send('Performance.getMetrics')
    return 1000 * metrics.find((m) => m.name === 'TaskDuration').value
  }
}

/** Collects the interactions of pages by their kind. */
export class Tally {
  kinds = new Map()
  slowest = []
  #clocks = new Map()

  /** Does what act does and counts all interactions in it as of a kind. */
  async of(kind, page, act) {
    if (!this.#clocks.has(page)) this.#clocks.set(page, await openClock(page))
    const worked = this.#clocks.get(page)
    const before = await this.#start(page)
    const since = await worked()
    await act()
    await settle(page, 400) // what is still on its way belongs to this kind
    const work = (await worked()) - since
    const { events, count } = await page.evaluate(() => {
      globalThis.seen.rest()
      return { events: globalThis.seen.events.splice(0), count: performance.interactionCount }
    })
    const took = new Map()
    for (const e of events) {
      if (e.took > (took.get(e.id)?.took ?? 0)) took.set(e.id, e)
    }
    const all = [...took.values()].map((e) => e.took)
    const quick = Math.max(0, count - before - all.length)
    const sum = this.kinds.get(kind) ?? { took: [], work: 0 }
    this.kinds.set(kind, { took: [...sum.took, ...all, ...Array.from({ length: quick }, () => quickest)], work: sum.work + work })
    this.slowest.push(...[...took.values()].map((e) => ({ kind, ...e })))
  }

  #start(page) {
    return page.evaluate(() => {
      globalThis.seen.rest()
      globalThis.seen.events.length = 0
      return performance.interactionCount
    })
  }

  /** Returns lines of figures, of each kind and of all, and of the slowest what they were. */
  report(listed = 8) {
    const kinds = [...this.kinds.values()]
    const all = { took: kinds.flatMap((k) => k.took), work: kinds.reduce((sum, k) => sum + k.work, 0) }
    const rows = [...this.kinds, ['all', all]].map(([kind, of]) => row(kind, of))
    const worst = this.slowest.toSorted((a, b) => b.took - a.took).slice(0, listed)
    return [
      `${'interaction'.padEnd(36)}${'n'.padStart(6)}${'p50'.padStart(8)}${'p98'.padStart(8)}${'max'.padStart(8)}${'work'.padStart(8)}  ms`,
      ...rows,
      '',
      'the slowest (in all; waited for the page, worked in it; the rest is the picture):',
      ...worst.map((e) => `  ${e.took.toFixed(0)} ms  ${e.kind}: ${e.name} on ${e.target ?? 'what is gone'}, waited ${e.waited.toFixed(0)}, worked ${e.worked.toFixed(0)}`),
    ]
  }
}

/** Returns what the browser says of how a page came to be. */
export async function paints(page) {
  const { first, largest, shift } = await page.evaluate(() => ({
    first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    largest: globalThis.seen.largest,
    shift: globalThis.seen.shift,
  }))
  return `first paint ${first.toFixed(0)} ms, largest ${largest.toFixed(0)} ms, layout shift ${shift.toFixed(4)}`
}

/** The work is a mean, with all that follows an input: what it loads, and what comes from the server. */
function row(kind, { took, work }) {
  const sorted = took.toSorted((a, b) => a - b)
  const at = (part) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)]?.toFixed(0) ?? '-'
  return `${kind.padEnd(36)}${String(sorted.length).padStart(6)}${at(0.5).padStart(8)}${at(0.98).padStart(8)}${at(1).padStart(8)}${(work / sorted.length).toFixed(1).padStart(8)}`
}
