import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { type Key, useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { useToasts } from '@/kit/toast'
import { findRow, keys } from './caches'
import { calledBy } from './calledBy'
import { useDesk } from './desk'
import { wantNextRow } from './focusNext'
import type { Row, WorkState } from './types'

type Done = { text?: Key; undo?: () => Promise<unknown> }

const ended: ReadonlySet<WorkState | undefined> = new Set(['wrap_up', 'closed'])

export interface TransferTo {
  queue_id?: string
  agent_id?: string
  note?: string
}

/**
 * The acts on an interaction: shown at once, taken back if the server refuses,
 * undone where that is possible. What cannot be undone afterwards is held back
 * for some seconds instead. `onDone` is told when the person is done with it.
 */
export function useConversationActs(row: Row, onDone?: () => void) {
  const t = useT()
  const client = useQueryClient()
  const { cache, held, unread } = useDesk()
  const { user } = useSignedIn()
  const toasts = useToasts()
  const [busy, setBusy] = useState(false)
  const params = { path: { id: row.interaction_id ?? '' } }
  const refresh = () => client.invalidateQueries({ queryKey: keys.one(row.id) })
  const me = { id: user.id, name: user.name }

  const act = async (expected: Partial<Row>, commit: () => Promise<unknown>, done: Done = {}) => {
    const before = { state: row.state, agent: row.agent }
    setBusy(true)
    cache.patch(row.id, expected)
    try {
      await commit()
      const { text, undo } = done
      if (text) toasts.show({ kind: 'done', text: t(text, { name: calledBy(t, row.customer) }), undo: undo && (() => void act(before, undo)) })
      return true
    } catch (error) {
      cache.patch(row.id, before)
      toasts.show({ kind: 'error', text: problemText(t, error), error })
      return false
    } finally {
      setBusy(false)
      void refresh()
    }
  }
  const park = (until?: Date) => () => ok(api.POST('/api/v1/interactions/{id}/park', { params, body: until ? { until: until.toISOString() } : {} }))
  const resume = () => ok(api.POST('/api/v1/interactions/{id}/resume', { params }))
  const later = useHeldAct(row)
  const whereItWas = useWayBack()
  const moveOn = () => {
    if (!onDone) return
    wantNextRow()
    onDone()
  }
  return {
    busy,
    pull: () => act({ state: 'active', agent: me }, () => ok(api.POST('/api/v1/interactions/{id}/pull', { params }))),
    takeOver: () => act({ state: 'active', agent: me }, () => ok(api.POST('/api/v1/interactions/{id}/takeover', { params }))),
    park: (until?: Date) => act({ state: 'parked' }, park(until), { text: 'desk.done.parked', undo: resume }),
    resume: () => act({ state: 'active' }, resume, { text: 'desk.done.resumed', undo: park() }),
    resolve: () =>
      later({
        expected: { state: 'wrap_up' },
        commit: async (keepalive) => {
          // The customer may have ended it meanwhile.
          if (!ended.has(findRow(client, row.id)?.state)) await ok(api.POST('/api/v1/interactions/{id}/end', { params, keepalive }))
        },
        done: t('desk.done.resolved', { name: calledBy(t, row.customer) }),
        interrupted: t('desk.done.notResolved', { name: calledBy(t, row.customer) }),
      }),
    /** It stays unread while it is open, until something new is written. */
    markUnread: async () => {
      unread.set(row.id, row.last_seq)
      cache.patch(row.id, { unread: Math.max(1, row.unread) })
      try {
        await ok(api.POST('/api/v1/conversations/{id}/unread', { params: { path: { id: row.id } }, body: {} }))
      } catch (error) {
        unread.delete(row.id)
        cache.patch(row.id, { unread: row.unread })
        toasts.show({ kind: 'error', text: problemText(t, error), error })
      }
    },
    reopen: () => act({ state: 'active', agent: me }, () => ok(api.POST('/api/v1/conversations/{id}/reopen', { params: { path: { id: row.id } } }))),
    /** Throws what the server refuses, for the form to show. */
    finish: async (disposition_id: string | undefined, note: string) => {
      if (!(await held.flush(row.id))) return false
      await ok(api.POST('/api/v1/interactions/{id}/finish', { params, body: { disposition_id, note: note || undefined } }))
      cache.patch(row.id, { state: 'closed' })
      toasts.show({ kind: 'done', text: t('desk.done.finished', { name: calledBy(t, row.customer) }) })
      void refresh()
      moveOn()
      return true
    },
    /** `onSent` is told when it can no longer be taken back and the server has agreed. */
    transfer: (to: TransferTo, name: string, onSent: () => void) => {
      void later({
        expected: { state: 'queued', agent: undefined },
        commit: async (keepalive) => {
          await ok(api.POST('/api/v1/interactions/{id}/transfer', { params, body: to, keepalive }))
          onSent()
        },
        done: t('desk.done.transferred', { name }),
        undone: whereItWas(),
      })
      moveOn()
    },
  }
}

export type ConversationActs = ReturnType<typeof useConversationActs>

interface Later {
  expected: Partial<Row>
  commit: (leaving: boolean) => Promise<unknown>
  /** What the toast says that offers to take it back. */
  done: string
  /** What is said when the customer's next message has stopped it. */
  interrupted?: string
  /** Brings the person back to where they were when they did it. */
  undone?: () => void
}

/** Remembers the screen that is shown now, and leads back to it. */
function useWayBack() {
  const { history } = useRouter()
  return () => {
    const { href, state } = history.location
    const { overList } = state
    return () => {
      if (history.location.href !== href) history.push(href, { overList })
    }
  }
}

/** Shows an act as done and holds it back until it can no longer be undone. */
function useHeldAct(row: Row) {
  const t = useT()
  const client = useQueryClient()
  const { cache, held } = useDesk()
  const toasts = useToasts()
  const backOnLists = () => void client.invalidateQueries({ queryKey: keys.lists })

  const send = async ({ expected, commit }: Later, leaving: boolean) => {
    try {
      await commit(leaving)
      cache.patch(row.id, expected)
      void client.invalidateQueries({ queryKey: keys.one(row.id) })
      return true
    } catch (error) {
      toasts.show({ kind: 'error', text: `${calledBy(t, row.customer)}: ${problemText(t, error)}`, error })
      backOnLists()
      return false
    }
  }
  return async (act: Later) => {
    if (!(await held.flush(row.id))) return
    const undo = () => {
      if (!held.cancel(row.id)) return
      cache.putBack(row)
      backOnLists()
      act.undone?.()
    }
    const takeAway = toasts.show({ kind: 'done', text: act.done, undo })
    held.hold(row.id, {
      expected: act.expected,
      commit: (leaving) => send(act, leaving),
      settled: takeAway,
      interrupted:
        act.interrupted === undefined
          ? undefined
          : () => {
              takeAway()
              toasts.show({ kind: 'info', text: act.interrupted ?? '' })
            },
    })
  }
}
