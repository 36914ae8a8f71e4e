import { useSyncExternalStore } from 'react'

let ahead = 0 // milliseconds that the server's clock is ahead of this device's
const tolerance = 250 // milliseconds that an answer may have been on its way: no reason to set the clocks

/** Milliseconds since 1970 by the server's clock, by which deadlines are set; this device's may be wrong. */
export const serverNow = () => Date.now() + ahead

/** When something was by the server's clock that this device has timed. */
export const byServer = (deviceMs: number) => deviceMs + ahead

/** Sets all clocks of the page by the server's. */
export function setServerNow(ms: number) {
  const told = ms - Date.now()
  if (Math.abs(told - ahead) < tolerance) return
  ahead = told
  clocks.second.set()
  clocks.minute.set()
}

/**
 * One clock for the whole page. Each resolution has one timer, aligned to the
 * full second or minute, that runs only while somebody looks at it: a timer per
 * row would cost a page with a thousand rows a thousand wake-ups a second.
 */
class Clock {
  readonly #step: number
  readonly #watchers = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #now: number

  constructor(step: number) {
    this.#step = step
    this.#now = floor(serverNow(), step)
  }

  /** The time is another: who looks must know at once. */
  set() {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#tick()
  }

  subscribe = (watcher: () => void) => {
    this.#watchers.add(watcher)
    if (this.#timer === undefined) this.#wait()
    return () => {
      this.#watchers.delete(watcher)
      if (this.#watchers.size > 0) return
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
  }

  now = () => {
    if (this.#timer === undefined) this.#now = floor(serverNow(), this.#step)
    return this.#now
  }

  #wait() {
    const toNext = this.#step - (serverNow() % this.#step)
    this.#timer = setTimeout(() => this.#tick(), toNext)
  }

  #tick() {
    this.#now = floor(serverNow(), this.#step)
    this.#wait()
    for (const watcher of this.#watchers) watcher()
  }
}

const floor = (ms: number, step: number) => ms - (ms % step)
const clocks = { second: new Clock(1000), minute: new Clock(60_000) }

/** Milliseconds since 1970 by the server's clock, rounded down and renewed each second or minute. */
export function useNow(resolution: 'second' | 'minute'): number {
  const clock = clocks[resolution]
  return useSyncExternalStore(clock.subscribe, clock.now)
}
