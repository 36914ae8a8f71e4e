import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Problem, api, ok } from '@/lib/api'
import { useSignedIn } from '@/lib/session'
import { findRow } from './caches'
import { useDesk } from './desk'
import { DraftKeeper, type DraftStores, type LocalDraft } from './drafts'
import { forget, keep, kept } from './kept'
import type { Draft, DraftMode } from './types'

const storageKey = (user: string, conversation: string, mode: DraftMode) => `zongler.draft.${user}.${conversation}.${mode}`
const modes: readonly DraftMode[] = ['reply', 'note', 'mail']

/** The draft of one mode of a conversation. Give the component that calls it the conversation as its key. */
export function useDraft(conversation: string, mode: DraftMode): { keeper: DraftKeeper; text: string; offered: Draft | undefined; saved: 'typing' | 'here' | 'there' } {
  const keeper = useKeeper(conversation, mode)
  const { text, offered, saved } = useSyncExternalStore(keeper.watch, keeper.state)
  return { keeper, text, offered, saved }
}

const asked = new Map<string, Promise<readonly Draft[]>>()

/** The drafts of all modes, which begin together and are asked for once. */
function draftsOf(conversation: string): Promise<readonly Draft[]> {
  const under = asked.get(conversation)
  if (under) return under
  const answer = ok(api.GET('/api/v1/conversations/{id}/draft', { params: { path: { id: conversation } } }))
    .then(({ items }) => items)
    .finally(() => asked.delete(conversation))
  asked.set(conversation, answer)
  return answer
}

function useKeeper(conversation: string, mode: DraftMode): DraftKeeper {
  const { user } = useSignedIn()
  const { cache, outbox } = useDesk()
  const client = useQueryClient()
  const [keeper] = useState(() => {
    const key = storageKey(user.id, conversation, mode)
    const params = { path: { id: conversation } }
    const stores: DraftStores = {
      load: () => kept<LocalDraft>(key),
      save: (draft) => {
        if (draft.text === '' && draft.synced) forget(key)
        else keep(key, draft)
        const row = findRow(client, conversation)
        const drafted = draft.text !== '' || modes.some((m) => m !== mode && kept<LocalDraft>(storageKey(user.id, conversation, m))?.text)
        if (row && row.draft !== drafted) cache.patch(conversation, { draft: drafted })
      },
      push: async (text, rev, leaving) => {
        try {
          await ok(api.PUT('/api/v1/conversations/{id}/draft', { params, body: { mode, text, rev }, keepalive: leaving }))
          return 'kept'
        } catch (error) {
          if (error instanceof Problem && error.code === 'draft.newer') return 'newer'
          throw error
        }
      },
      pull: async () => {
        const found = (await draftsOf(conversation)).find((d) => d.mode === mode)
        // What is on its way out is no draft any more, whatever the server still thinks.
        const leaving = outbox.items(conversation).some((i) => (mode === 'mail' ? i.mail?.draft === found?.text : i.mode === mode && i.text === found?.text.trim()))
        return found && leaving ? { ...found, text: '' } : found
      },
    }
    return new DraftKeeper(stores)
  })

  useEffect(() => {
    // Without an answer the text of this device is as good as any.
    keeper.open().catch(() => undefined)
    const leave = () => keeper.leave()
    addEventListener('pagehide', leave)
    return () => {
      removeEventListener('pagehide', leave)
      leave()
    }
  }, [keeper])
  return keeper
}
