import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense } from 'react'
import { useLive } from '@/lib/live'
import { lazyPart } from '@/lib/parts'
import type { Presence } from '@/lib/api'
import { useCan } from '@/lib/session'
import { PanelBoundary } from '@/kit/states'
import { usePresence } from '@/shell/presence'
import type { Offer } from '../conversation/types'
import { addOffer, endOffer, offersQuery } from './offers'
import { useHandedOn } from './useHandedOn'

const OfferCards = lazyPart(async () => (await import('./OfferCards')).OfferCards)
const SetByNotice = lazyPart(async () => (await import('./SetByNotice')).SetByNotice)

/** Listens for offers on every screen; what they look like is loaded with the first one. */
export function OfferWatch() {
  return useCan('presence.self') ? <Watch /> : null
}

function Watch() {
  const cache = useQueryClient()
  const offers = useQuery(offersQuery).data ?? []
  const presence = usePresence().data
  const handedOn = useHandedOn(presence)
  useLive<{ offer: Offer }>('offer', ({ offer }) => addOffer(cache, offer))
  useLive<{ id: string }>('offer.ended', ({ id }) => endOffer(cache, id))
  return (
    <PanelBoundary resetKey={offers.length}>
      <Suspense>
        {offers.length > 0 && <OfferCards offers={offers} />}
        {presence && noticed(presence) && offers.length === 0 && <SetByNotice presence={presence} handedOn={handedOn} />}
      </Suspense>
    </PanelBoundary>
  )
}

/** Whether the system, and not the person, has taken the work away. */
const noticed = ({ state, system }: Presence) => (state === 'away' && system === 'missed_offer') || (state === 'offline' && system === 'lost')
