import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import type { OwnQueue } from '@/lib/api'
import { useSignedIn } from '@/lib/session'
import { DeskCache } from './caches'
import { HeldActs } from './held'
import { Outbox } from './outbox'

/** What the desk of one person keeps beside the cache. */
export interface Desk {
  cache: DeskCache
  outbox: Outbox
  held: HeldActs
  /** Conversations that were marked unread while they are open, with the entry up to which they stay so. */
  unread: Map<string, number>
}

const desks = new WeakMap<QueryClient, Desk>()

function makeDesk(client: QueryClient, me: string): Desk {
  const looker = () => {
    const queues = client.getQueryData<OwnQueue[]>(['me', 'queues'])
    return { me, queues: queues && new Set(queues.filter((q) => q.enabled).map((q) => q.id)) }
  }
  const cache = new DeskCache(client, looker)
  return { cache, outbox: new Outbox(client, me), held: new HeldActs(), unread: new Map() }
}

/** The desk of the person signed in: one for the page, whatever screens are shown. */
export function useDesk(): Desk {
  const client = useQueryClient()
  const me = useSignedIn().user.id
  let desk = desks.get(client)
  if (!desk) desks.set(client, (desk = makeDesk(client, me)))
  return desk
}
