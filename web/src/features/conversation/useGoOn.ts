import { useQueryClient } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { customerKey } from '../customer/key'
import type { CustomerDetail } from '../customer/types'
import { beginMail } from '../mail/begin'
import { keys } from './caches'
import { type Entries, fold } from './entries'
import type { Detail } from './types'

/** Goes on with the customer of a chat by mail: in a conversation of its own, which belongs to the same case. */
export function useGoOn(detail: Detail): () => Promise<void> {
  const t = useT()
  const cache = useQueryClient()
  return async () => {
    const { goOnOf } = await import('../mail/forward')
    const { id, name } = detail.customer
    const address = cache.getQueryData<CustomerDetail>(customerKey(id))?.email || undefined
    const entries = fold(cache.getQueryData<Entries>(keys.entries(detail.id)) ?? [])
    beginMail({ brand: detail.brand_id, customer: id, name, address, goesOn: goOnOf(t, entries, detail) })
  }
}
