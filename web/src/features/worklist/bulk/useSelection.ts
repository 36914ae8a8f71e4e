import { useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useToasts } from '@/kit/toast'
import type { Row } from '../../conversation/types'
import { mostSelected, rangeOf } from './bulk'

const none: ReadonlySet<string> = new Set()

/** Which rows of a list are chosen for a common act; another list has its own. */
export function useSelection(rows: readonly Row[], list: string) {
  const t = useT()
  const toasts = useToasts()
  const [chosen, setChosen] = useState({ list, ids: none })
  const anchor = useRef<string>(undefined)
  const ids = chosen.list === list ? chosen.ids : none
  const selected = rows.filter((r) => ids.has(r.id))

  const set = (next: Set<string>) => {
    if (next.size > mostSelected) toasts.show({ kind: 'info', text: t('desk.bulk.most', { count: mostSelected }) })
    setChosen({ list, ids: new Set([...next].slice(0, mostSelected)) })
  }
  return {
    selected,
    has: (id: string) => ids.has(id),
    toggle: (id: string) => {
      const next = new Set(ids)
      if (!next.delete(id)) next.add(id)
      anchor.current = id
      set(next)
    },
    /** Adds all rows from the one last chosen, or the open one, to this one. */
    extend: (id: string, open: string | undefined) => set(new Set([...ids, ...rangeOf(rows, anchor.current ?? open, id)])),
    /** Chooses just these, as far as they are on the list. */
    choose: (these: readonly string[]) => set(new Set(these)),
    clear: () => {
      anchor.current = undefined
      setChosen({ list, ids: none })
    },
  }
}

export type Selection = ReturnType<typeof useSelection>
