import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useLive } from '@/lib/live'
import { useSignedIn } from '@/lib/session'
import { keys, patchCase } from './caches'
import { belongs, findOnBoard, placeOnBoard, takeOffBoard } from './rows'
import type { Board, CaseQuery, CaseRow } from './types'

const recountAfter = 2000 // milliseconds: many cases may change at once

/** Writes into the cache what the server says of cases, while a screen of cases is shown. */
export function useCaseFrames() {
  const cache = useQueryClient()
  const me = useSignedIn().user.id
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(waiting.current), [])
  /** What only the server can tell is asked again, not for each of many changes. */
  const askLater = () => {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined
      for (const queryKey of [keys.counts, keys.beside, keys.boards]) void cache.invalidateQueries({ queryKey })
    }, recountAfter)
  }
  const onBoards = (change: (board: Board, query: CaseQuery) => Board) => {
    for (const [key, board] of cache.getQueriesData<Board>({ queryKey: keys.boards })) {
      if (board) cache.setQueryData(key, change(board, key[2] as CaseQuery))
    }
  }

  useLive<CaseRow>('case', (row) => {
    patchCase(cache, row.id, row)
    onBoards((board, { view, brand }) => {
      // A board shows what is done too: whether it is open does not matter here.
      const fits = belongs({ ...row, open: true }, { view, brand }, me)
      if (fits === false) return takeOffBoard(board, row.id)
      return fits && !row.merged_into && !findOnBoard(board, row.id) ? placeOnBoard(board, row) : board
    })
    void cache.invalidateQueries({ queryKey: keys.one(row.id) })
    askLater()
  })
  useLive<{ id: string }>('case.gone', ({ id }) => {
    onBoards((board) => takeOffBoard(board, id))
    void cache.invalidateQueries({ queryKey: keys.one(id) })
    askLater()
  })
}
