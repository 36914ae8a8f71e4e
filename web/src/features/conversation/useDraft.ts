import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Problem, api as desk, ok } from '@/lib/api'
import { useSignedIn } from '@/lib/session'
import { findRow } from './caches'
import { useDesk } from './desk'
import { DraftKeeper, type DraftStores, type LocalDraft } from './drafts'
import type { Draft, Mode } from './types'

const storageKey = (user: string, conversation: string, mode: Mode) => `zongler.draft.${user}.${conversation}.${mode}`

/** The draft of one mode of a conversation. Give the component that calls it the conversation as its key. */
export function useDraft(conversation: string, mode: Mode): { keeper: DraftKeeper; text: string; offered: Draft | undefined; saved: 'typing' | 'here' | 'there' } {
  const keeper = useKeeper(conversation, mode)
  const { text, offered, saved } = useSyncExternalStore(keeper.watch, keeper.state)
  return { keeper, text, offered, saved }
}

function useKeeper(conversation: string, mode: Mode): DraftKeeper {
  const { user } = useSignedIn()
  const { cache } = useDesk()
  const client = useQueryClient()
  const [keeper] = useState(() => {
    const key = storageKey(user.id, conversation, mode)
    const params = { path: { id: conversation } }
    const stores: DraftStores = {
      load: () => read(key),
      save: (draft) => {
        if (draft.text === '' && draft.synced) localStorage.removeItem(key)
        else localStorage.setItem(key, JSON.stringify(draft))
        const row = findRow(client, conversation)
        const drafted = draft.text !== ''
        if (row && row.draft !== drafted && (drafted || mode === 'reply')) cache.patch(conversation, { draft: drafted })
      },
      push: async (text, rev, leaving) => {
        try {
          await ok(desk.PUT('/api/v1/conversations/{id}/draft', { params, body: { mode, text, rev }, keepalive: leaving }))
          return 'kept'
        } catch (error) {
          if (error instanceof Problem && error.code === 'draft.newer') return 'newer'
          throw error
        }
      },
      pull: async () => (await ok(desk.GET('/api/v1/conversations/{id}/draft', { params }))).items.find((d) => d.mode === mode),
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

function read(key: string): LocalDraft | undefined {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? 'null') as LocalDraft | null) ?? undefined
  } catch {
    return undefined
  }
}
