import { useSyncExternalStore } from 'react'

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
    this.#now = floor(Date.now(), step)
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
    if (this.#timer === undefined) this.#now = floor(Date.now(), this.#step)
    return this.#now
  }

  #wait() {
    const toNext = this.#step - (Date.now() % this.#step)
    this.#timer = setTimeout(() => {
      this.#now = floor(Date.now(), this.#step)
      this.#wait()
      for (const watcher of this.#watchers) watcher()
    }, toNext)
  }
}

const floor = (ms: number, step: number) => ms - (ms % step)
const clocks = { second: new Clock(1000), minute: new Clock(60_000) }

/** Milliseconds since 1970, rounded down and renewed each second or minute. */
export function useNow(resolution: 'second' | 'minute'): number {
  const clock = clocks[resolution]
  return useSyncExternalStore(clock.subscribe, clock.now)
}
