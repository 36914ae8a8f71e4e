import { useEffect } from 'react'
import { api, ok } from '@/lib/api'
import { useSignedIn } from '@/lib/session'
import { toMillis } from '@/lib/time'
import { type Desk, useDesk } from './desk'
import { forget, kept, keptKey } from './kept'
import type { Detail, QueueRules } from './types'

/** What a person says of a contact after it. */
export interface WrapUp {
  disposition_id: string
  note: string
}

const inTime = 3000 // milliseconds before the end at which what is typed is sent

export const endedAt = (detail: Detail) => detail.interactions?.find((i) => i.id === detail.interaction_id)?.ended_at

/** When wrap-up ends by itself, in milliseconds; undefined where it waits for the person. */
export function endOf(detail: Detail, rules: QueueRules | undefined): number | undefined {
  const ended = endedAt(detail)
  if (!ended || !rules || rules.wrap_up_seconds <= 0 || rules.disposition_required) return undefined
  return toMillis(ended) + rules.wrap_up_seconds * 1000
}

const timers = new Map<string, ReturnType<typeof setTimeout>>()

/** Sends what was typed before the time for wrap-up is over, also when one looks elsewhere by then. */
export function useFinishInTime(detail: Detail, rules: QueueRules | undefined, typed: WrapUp | undefined) {
  const own = useDesk()
  const user = useSignedIn().user.id
  const until = endOf(detail, rules)
  const { id, interaction_id: interaction = '' } = detail
  useEffect(() => {
    clearTimeout(timers.get(interaction))
    timers.delete(interaction)
    if (until === undefined || !typed) return
    const key = keptKey('wrap-up', user, interaction)
    timers.set(interaction, setTimeout(() => void finish(own, id, interaction, key, typed), Math.max(0, until - inTime - Date.now())))
  }, [own, user, until, id, interaction, typed])
}

async function finish({ outbox }: Desk, conversation: string, interaction: string, key: string, { disposition_id, note }: WrapUp) {
  timers.delete(interaction)
  // The person has finished by themselves, and taken the text with them.
  if (kept(key) === undefined) return
  const text = note.trim()
  try {
    await ok(api.POST('/api/v1/interactions/{id}/finish', { params: { path: { id: interaction } }, body: { disposition_id: disposition_id || undefined, note: text || undefined } }))
  } catch {
    // Too late for the wrap-up, but not for a note.
    if (text) void outbox.send(conversation, { mode: 'note', text, attachments: [], mentions: [], based_on_seq: 0 })
  }
  forget(key)
}
