import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import type { OwnQueue } from '@/lib/api'
import { useSignedIn } from '@/lib/session'
import { tabsOf } from '@/lib/tabs'
import { DeskCache } from './caches'
import { BulkReports } from '../worklist/bulk/reports'
import { HeldActs } from './held'
import { Outbox, type OutboxNews } from './outbox'

/** What the desk of one person keeps beside the cache. */
export interface Desk {
  cache: DeskCache
  outbox: Outbox
  held: HeldActs
  /** Conversations that were marked unread while they are open, with the entry up to which they stay so. */
  unread: Map<string, number>
  /** How the last act on many conversations went, where something of it was not done. */
  reports: BulkReports
}

const desks = new WeakMap<QueryClient, Desk>()

function makeDesk(client: QueryClient, me: string): Desk {
  const looker = () => {
    const queues = client.getQueryData<OwnQueue[]>(['me', 'queues'])
    return { me, queues: queues && new Set(queues.filter((q) => q.enabled).map((q) => q.id)) }
  }
  const cache = new DeskCache(client, looker)
  return { cache, outbox: new Outbox(client, me, tabsOf<OutboxNews>(`zongler.outbox.${me}`)), held: new HeldActs(), unread: new Map(), reports: new BulkReports() }
}

/** The desk of the person signed in: one for the page, whatever screens are shown. */
export function useDesk(): Desk {
  const client = useQueryClient()
  const me = useSignedIn().user.id
  let desk = desks.get(client)
  if (!desk) desks.set(client, (desk = makeDesk(client, me)))
  return desk
}
