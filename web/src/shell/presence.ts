import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Presence, api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useLive } from '@/lib/live'
import { useToasts } from '@/kit/toast'

const presenceKey = ['me', 'presence'] as const

/** The reasons for being away that this contact centre knows. */
export const awayReasonsQuery = queryOptions({
  queryKey: ['away-reasons'],
  queryFn: async () => (await ok(api.GET('/api/v1/away-reasons'))).items,
  staleTime: 10 * 60_000,
})

/** The queues a person serves, with who waits in them. */
export const ownQueuesQuery = queryOptions({
  queryKey: ['me', 'queues'],
  queryFn: async () => (await ok(api.GET('/api/v1/me/queues'))).items,
})

/** One's own presence, kept fresh by live frames. */
export function usePresence() {
  const cache = useQueryClient()
  useLive<Presence>('presence', (presence) => cache.setQueryData(presenceKey, presence))
  return useQuery({ queryKey: presenceKey, queryFn: () => ok(api.GET('/api/v1/me/presence')) })
}

export type PresenceChoice = { state: 'available' | 'away' | 'offline'; reason_id?: string; next?: boolean }

/** Changes one's state or channels; shown at once, put back if the server refuses. */
export function usePresenceChanges() {
  const cache = useQueryClient()
  const toasts = useToasts()
  const t = useT()
  const settle = {
    onSuccess: (presence: Presence) => {
      cache.setQueryData(presenceKey, presence)
      void cache.invalidateQueries({ queryKey: ownQueuesQuery.queryKey })
    },
    onError: (error: unknown) => {
      void cache.invalidateQueries({ queryKey: presenceKey })
      toasts.show({ kind: 'error', text: problemText(t, error) })
    },
  }
  const state = useMutation({ mutationFn: (body: PresenceChoice) => ok(api.PUT('/api/v1/me/presence', { body })), ...settle })
  const channels = useMutation({
    mutationFn: (changed: Record<string, boolean>) => ok(api.PUT('/api/v1/me/channels', { body: { channels: changed } })),
    onMutate: (changed) => void cache.setQueryData<Presence>(presenceKey, (now) => now && { ...now, channels: { ...now.channels, ...changed } }),
    ...settle,
  })
  return { setState: state.mutate, setChannels: channels.mutate, busy: state.isPending }
}
