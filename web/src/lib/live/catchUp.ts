import type { Query, QueryClient } from '@tanstack/react-query'

const atMost = 1000 // milliseconds between two askings again of one question: where news never end, answers have to

/**
 * What is on its way when something is told was read by the server at an unknown moment: its answer may lack the news,
 * and would be written over what the news have changed. Such a question, and no other, is asked once more.
 */
export class CatchUp {
  readonly #cache: QueryClient
  readonly #late = new Set<Query>()
  readonly #again = new WeakMap<Query, number>()

  constructor(cache: QueryClient) {
    this.#cache = cache
  }

  news = () => {
    for (const query of this.#cache.getQueryCache().findAll({ fetchStatus: 'fetching' })) {
      if (this.#late.has(query)) continue
      this.#late.add(query)
      this.#await(query)
    }
  }

  #await(query: Query) {
    const answered = () => (query.state.fetchStatus === 'fetching' ? this.#await(query) : this.#answered(query))
    query.promise?.then(answered, answered)
  }

  #answered(query: Query) {
    this.#late.delete(query)
    const wait = Math.max(0, (this.#again.get(query) ?? 0) + atMost - Date.now())
    this.#again.set(query, Date.now() + wait)
    const ask = () => void this.#cache.invalidateQueries({ queryKey: query.queryKey, exact: true })
    if (wait > 0) setTimeout(ask, wait)
    else ask()
  }
}
