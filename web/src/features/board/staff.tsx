import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, createContext, use, useRef, useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useToasts } from '@/kit/toast'
import { boardKey, sendChange } from './api'
import { type Change, inverse, withChanges } from './changes'
import type { Board } from './types'

interface Staff {
  /** The board as it is with the changes that are under way. */
  board: Board
  /** Makes a change: shown at once, put back with the reason if it is refused, undone by a key for some seconds. */
  change: (change: Change, done: string) => Promise<boolean>
}

const StaffContext = createContext<Staff | null>(null)

export function useStaff(): Staff {
  const staff = use(StaffContext)
  if (!staff) throw new Error('moving agents needs a StaffProvider above')
  return staff
}

interface Pending {
  id: number
  change: Change
}

/** Shows the board of the server with the person's own changes over it, until the server has them too. */
export function StaffProvider({ board, children }: { board: Board; children: ReactNode }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const [pending, setPending] = useState<readonly Pending[]>([])
  const lines = useRef(new Map<string, Promise<unknown>>())
  const last = useRef(0)
  const shown = withChanges(board, pending.map((p) => p.change))

  /** Changes of one agent reach the server in the order in which they were made. */
  const inLine = (changes: readonly Change[]) => {
    const agent = changes[0]?.agent ?? ''
    const sent = (lines.current.get(agent) ?? Promise.resolve()).then(async () => {
      for (const change of changes) await sendChange(change)
    })
    lines.current.set(agent, sent.catch(() => {}))
    return sent
  }
  const make = async (changes: readonly Change[]): Promise<boolean> => {
    const mine = changes.map((change) => ({ id: ++last.current, change }))
    setPending((now) => [...now, ...mine])
    try {
      await inLine(changes)
      // What is asked now knows the change; only then it needs no help to be seen.
      await cache.refetchQueries({ queryKey: boardKey })
      return true
    } catch (error) {
      toasts.show({ kind: 'error', text: t('board.putBack', { why: problemText(t, error) }) })
      return false
    } finally {
      setPending((now) => now.filter((p) => !mine.includes(p)))
    }
  }
  const change: Staff['change'] = async (wanted, done) => {
    const before = shown.agents.find((a) => a.id === wanted.agent)
    const made = make([wanted])
    const undo = before && (() => void make(inverse(wanted, before, new Date().toISOString())))
    if (await made) toasts.show({ kind: 'done', text: done, undo })
    return made
  }
  return <StaffContext value={{ board: shown, change }}>{children}</StaffContext>
}
