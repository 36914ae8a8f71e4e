import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { useDesk } from './desk'
import type { Entries } from './entries'

/** What of a conversation is not confirmed yet. What stands among its entries is confirmed, however it came there. */
export function useOutgoing(conversation: string, entries: Entries | undefined) {
  const { outbox } = useDesk()
  const items = useSyncExternalStore(
    outbox.watch,
    useCallback(() => outbox.items(conversation), [outbox, conversation]),
  )
  useEffect(() => {
    if (entries) outbox.confirm(conversation, entries)
  }, [outbox, conversation, entries])
  const stored = new Set(entries?.map((e) => e.client_id))
  return items.filter((i) => !stored.has(i.client_id))
}

/** Whether something written in a conversation has not reached the server. */
export function useUnsent(conversation: string): boolean {
  const { outbox } = useDesk()
  return useSyncExternalStore(outbox.watch, () => outbox.items(conversation).some((i) => i.state !== 'sending'))
}
