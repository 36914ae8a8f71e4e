import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import type { Offer } from '../conversation/types'

export const offersKey = ['me', 'offers'] as const

/** What is offered to the person now. */
export const offersQuery = queryOptions({ queryKey: offersKey, queryFn: async () => (await ok(api.GET('/api/v1/me/offers'))).items })

/** Adds an offer, or renews it. An answer on its way that was read before would take it away again: it is asked anew. */
export function addOffer(cache: QueryClient, offer: Offer) {
  cache.setQueryData<Offer[]>(offersKey, (now = []) => [...now.filter((o) => o.id !== offer.id), offer])
  if (cache.isFetching({ queryKey: offersKey, exact: true }) > 0) void cache.invalidateQueries({ queryKey: offersKey, exact: true })
}

/** Takes an offer away: it ended, here or elsewhere. */
export function endOffer(cache: QueryClient, id: string) {
  cache.setQueryData<Offer[]>(offersKey, (now) => now?.filter((o) => o.id !== id))
}

/** The offers that still stand, the most urgent first. */
export function standing(offers: readonly Offer[], now: number): Offer[] {
  return offers.filter((o) => Date.parse(o.expires_at) > now).toSorted((a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at))
}

