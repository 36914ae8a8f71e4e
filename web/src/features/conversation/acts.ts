import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api as desk, ok, problemText } from '@/lib/api'
import { type Key, useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { useToasts } from '@/kit/toast'
import { keys } from './caches'
import { useDesk } from './desk'
import type { Row } from './types'

type Done = { text?: Key; undo?: () => Promise<unknown> }

/**
 * The acts on an interaction: shown at once, taken back if the server refuses,
 * undone where that is possible. `onDone` is told when the person is done with it.
 */
export function useConversationActs(row: Row, onDone?: () => void) {
  const t = useT()
  const client = useQueryClient()
  const { cache } = useDesk()
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
      if (text) toasts.show({ kind: 'done', text: t(text, { name: row.customer.name }), undo: undo && (() => void act(before, undo)) })
      return true
    } catch (error) {
      cache.patch(row.id, before)
      toasts.show({ kind: 'error', text: problemText(t, error) })
      return false
    } finally {
      setBusy(false)
      void refresh()
    }
  }
  const park = () => ok(desk.POST('/api/v1/interactions/{id}/park', { params, body: {} }))
  const resume = () => ok(desk.POST('/api/v1/interactions/{id}/resume', { params }))
  return {
    busy,
    pull: () => act({ state: 'active', agent: me }, () => ok(desk.POST('/api/v1/interactions/{id}/pull', { params }))),
    takeOver: () => act({ state: 'active', agent: me }, () => ok(desk.POST('/api/v1/interactions/{id}/takeover', { params }))),
    park: () => act({ state: 'parked' }, park, { text: 'desk.done.parked', undo: resume }),
    resume: () => act({ state: 'active' }, resume, { text: 'desk.done.resumed', undo: park }),
    resolve: () => act({ state: 'wrap_up' }, () => ok(desk.POST('/api/v1/interactions/{id}/end', { params }))),
    reopen: () => act({ state: 'active', agent: me }, () => ok(desk.POST('/api/v1/conversations/{id}/reopen', { params: { path: { id: row.id } } }))),
    /** Throws what the server refuses, for the form to show. */
    finish: async (disposition_id: string | undefined, note: string) => {
      await ok(desk.POST('/api/v1/interactions/{id}/finish', { params, body: { disposition_id, note: note || undefined } }))
      cache.patch(row.id, { state: 'closed' })
      toasts.show({ kind: 'done', text: t('desk.done.finished', { name: row.customer.name }) })
      void refresh()
      onDone?.()
    },
    transfer: async (to: { queue_id?: string; agent_id?: string; note?: string }, name: string) => {
      await ok(desk.POST('/api/v1/interactions/{id}/transfer', { params, body: to }))
      cache.patch(row.id, { state: 'queued', agent: undefined })
      toasts.show({ kind: 'done', text: t('desk.done.transferred', { name }) })
      void refresh()
      onDone?.()
    },
  }
}

export type ConversationActs = ReturnType<typeof useConversationActs>
