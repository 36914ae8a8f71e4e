import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, lazy } from 'react'
import { useCan } from '@/lib/session'
import { useLive } from '@/lib/live'
import { PanelBoundary } from '@/kit/states'
import { usePresence } from '@/shell/presence'
import type { Offer } from '../conversation/types'
import { addOffer, endOffer, offersQuery } from './offers'

const OfferCards = lazy(() => import('./OfferCards').then((m) => ({ default: m.OfferCards })))
const MissedNotice = lazy(() => import('./MissedNotice').then((m) => ({ default: m.MissedNotice })))

/** Listens for offers on every screen; what they look like is loaded with the first one. */
export function OfferWatch() {
  return useCan('presence.self') ? <Watch /> : null
}

function Watch() {
  const cache = useQueryClient()
  const offers = useQuery(offersQuery).data ?? []
  const presence = usePresence().data
  useLive<{ offer: Offer }>('offer', ({ offer }) => addOffer(cache, offer))
  useLive<{ id: string }>('offer.ended', ({ id }) => endOffer(cache, id))
  return (
    <PanelBoundary resetKey={offers.length}>
      <Suspense>
        {offers.length > 0 && <OfferCards offers={offers} />}
        {presence?.state === 'away' && presence.system === 'missed_offer' && offers.length === 0 && <MissedNotice since={presence.since} />}
      </Suspense>
    </PanelBoundary>
  )
}
