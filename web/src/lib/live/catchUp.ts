import type { Query, QueryClient } from '@tanstack/react-query'

/**
 * What was on its way when the stream began was read by the server at an unknown moment: if something is told before
 * its answer is here, the answer may lack it, and there is nothing yet that the news could be written into. Such a
 * question, and no other, is asked once more.
 */
export class CatchUp {
  readonly #cache: QueryClient
  readonly #onTheirWay = new Set<Query>()
  readonly #late = new Set<Query>()

  constructor(cache: QueryClient) {
    this.#cache = cache
  }

  begin = () => {
    for (const query of this.#cache.getQueryCache().findAll({ fetchStatus: 'fetching' })) {
      this.#onTheirWay.add(query)
      const answered = () => this.#answered(query)
      query.promise?.then(answered, answered)
    }
  }

  news = () => {
    for (const query of this.#onTheirWay) this.#late.add(query)
  }

  #answered(query: Query) {
    this.#onTheirWay.delete(query)
    if (this.#late.delete(query)) void this.#cache.invalidateQueries({ queryKey: query.queryKey, exact: true })
  }
}
