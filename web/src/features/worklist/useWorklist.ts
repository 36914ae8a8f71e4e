import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { listQuery, loadMore } from '../conversation/api'
import { keys } from '../conversation/caches'
import type { ListQuery } from '../conversation/types'
import { type ListState, emptyList, isUntidy, tidy } from './list'

const idleBeforeTidy = 3000 // milliseconds without the pointer or a key on the list

/**
 * One list, kept in order without moving what the person points at: it is put in
 * order by their own act, or by itself when it stands at its top and rests.
 */
export function useWorklist(query: ListQuery, open: string | undefined) {
  const cache = useQueryClient()
  const asked = useQuery(listQuery(query))
  const list = asked.data ?? emptyList
  const name = JSON.stringify(query)
  // A list begins at its top, whatever was scrolled to in the one before.
  const [top, setTop] = useState({ of: name, atTop: true })
  const atTop = top.of !== name || top.atTop
  const [moreFailed, setMoreFailed] = useState(false)
  const under = useRef(new Set<string>())
  const rested = useRef(0)
  const untidy = isUntidy(list, query.sort, open)

  const order = () => {
    cache.setQueryData<ListState>(keys.list(query), (now) => now && tidy(now, query.sort, open))
  }
  const whenResting = useEffectEvent(() => {
    if (Date.now() - rested.current >= idleBeforeTidy) order()
  })
  // What was left in disorder when the list was last seen is put right before it is seen again.
  const whenOpened = useEffectEvent((opened: string) => {
    if (opened === name) order()
  })
  useEffect(() => whenOpened(name), [name])
  useEffect(() => {
    if (!untidy || !atTop) return undefined
    const timer = setInterval(whenResting, idleBeforeTidy / 3)
    return () => clearInterval(timer)
  }, [untidy, atTop])

  return {
    /** Names the list: another one has another place. */
    name,
    asked,
    list,
    order,
    /** Asks for the list anew, and shows it in order: the person wants it so. */
    refresh: async () => {
      order()
      await asked.refetch()
      order()
    },
    moreFailed,
    onTop: (now: boolean) => {
      if (now !== atTop) setTop({ of: name, atTop: now })
    },
    /** The person points at the list or uses its keys: it must not move. */
    onTouched: () => {
      rested.current = Date.now()
    },
    more: () => {
      setMoreFailed(false)
      loadMore(cache, query, under.current).catch(() => setMoreFailed(true))
    },
  }
}
