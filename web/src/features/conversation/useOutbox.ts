import { useCallback, useSyncExternalStore } from 'react'
import { useDesk } from './desk'

/** What of a conversation is not confirmed yet, and the ways to deal with it. */
export function useOutbox(conversation: string) {
  const { outbox } = useDesk()
  const items = useSyncExternalStore(
    outbox.watch,
    useCallback(() => outbox.items(conversation), [outbox, conversation]),
  )
  return { items, outbox }
}
