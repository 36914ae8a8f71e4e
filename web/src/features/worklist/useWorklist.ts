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
  const [atTop, setAtTop] = useState(true)
  const [moreFailed, setMoreFailed] = useState(false)
  const under = useRef(new Set<string>())
  const rested = useRef(0)
  const untidy = isUntidy(list)

  const order = () => {
    cache.setQueryData<ListState>(keys.list(query), (now) => now && tidy(now, query.sort, open))
  }
  const whenResting = useEffectEvent(() => {
    if (Date.now() - rested.current >= idleBeforeTidy) order()
  })
  useEffect(() => {
    if (!untidy || !atTop) return undefined
    const timer = setInterval(whenResting, idleBeforeTidy / 3)
    return () => clearInterval(timer)
  }, [untidy, atTop])

  return {
    asked,
    list,
    order,
    moreFailed,
    onTop: setAtTop,
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
