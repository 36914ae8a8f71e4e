import { useCallback, useSyncExternalStore } from 'react'
import { useDesk } from '../desk'

/** Whether a message is being taken back, and that can still be undone. */
export function useRemoving(entry: string): boolean {
  const { held } = useDesk()
  return useSyncExternalStore(
    held.watch,
    useCallback(() => held.expected(entry) !== undefined, [held, entry]),
  )
}
