import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { useToasts } from './toast'
import { problemText } from '@/lib/api'

/** An act that shows its result at once and can be taken back for some seconds. */
export interface Act {
  /** What was done, in the past tense, for the toast: "Conversation resolved". */
  done: string
  /** Caches that the act changes; they are restored if it fails and asked again after it. */
  touches: readonly QueryKey[]
  /** Changes the caches as the server will. */
  apply?: (cache: QueryClient) => void
  commit: () => Promise<unknown>
  /** The opposite act. Without it no undo is offered. */
  undo?: () => Promise<unknown>
}

/** Does an act: cache first, then server, then a toast with undo (Z). */
export function useAct(): (act: Act) => Promise<boolean> {
  const cache = useQueryClient()
  const toasts = useToasts()
  const t = useT()

  return async (act) => {
    const restore = await snapshot(cache, act.touches)
    act.apply?.(cache)
    const refresh = () => Promise.all(act.touches.map((queryKey) => cache.invalidateQueries({ queryKey })))
    const fail = (error: unknown) => {
      restore()
      toasts.show({ kind: 'error', text: problemText(t, error) })
      void refresh()
    }
    try {
      await act.commit()
    } catch (error) {
      fail(error)
      return false
    }
    void refresh()
    const { undo } = act
    toasts.show({ kind: 'done', text: act.done, undo: undo && (() => void takeBack(undo, restore, refresh).catch(fail)) })
    return true
  }
}

async function takeBack(undo: () => Promise<unknown>, restore: () => void, refresh: () => Promise<unknown>) {
  restore()
  await undo()
  await refresh()
}

/** Stops requests under way, which would overwrite what is shown, and remembers the caches. */
async function snapshot(cache: QueryClient, keys: readonly QueryKey[]): Promise<() => void> {
  await Promise.all(keys.map((queryKey) => cache.cancelQueries({ queryKey })))
  const before = keys.flatMap((queryKey) => cache.getQueriesData({ queryKey }))
  return () => {
    for (const [key, data] of before) cache.setQueryData(key, data)
  }
}
