import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, createContext, use, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react'
import { sessionKey, useSession } from '../session'
import { CatchUp } from './catchUp'
import { LiveClient, type LiveState, type Place } from './client'

export { useLeader } from './leader'
export type { LiveState } from './client'

const LiveContext = createContext<LiveClient | null>(null)

const address = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`

/** Keeps the connection while it is mounted: below it somebody is signed in. */
export function LiveProvider({ onSignedOut, children }: { onSignedOut: () => void; children: ReactNode }) {
  const cache = useQueryClient()
  const { live } = useSession() ?? {}
  const [client] = useState(() => {
    const from: Place | undefined = live && { ...live, at: cache.getQueryState(sessionKey)?.dataUpdatedAt ?? 0 }
    const catchUp = new CatchUp(cache)
    return new LiveClient({ url: address(), from, onResync: () => void cache.invalidateQueries(), onNews: catchUp.news, onSignedOut })
  })
  useEffect(() => {
    client.start()
    return () => client.stop()
  }, [client])
  return <LiveContext value={client}>{children}</LiveContext>
}

function useClient(): LiveClient {
  const client = use(LiveContext)
  if (!client) throw new Error('live news need a LiveProvider above')
  return client
}

/** Calls handler with the data of each frame of a type while mounted. */
export function useLive<T>(type: string, handler: (data: T) => void) {
  const client = useClient()
  const handle = useEffectEvent(handler)
  useEffect(() => client.on(type, (data) => handle(data as T)), [client, type])
}

/** Sends a frame that may be lost. */
export function useLiveSend() {
  const client = useClient()
  return (type: string, data?: unknown) => client.send(type, data)
}

/** Whether news arrive, and since when. */
export function useLiveState(): LiveState {
  const client = useClient()
  return useSyncExternalStore(client.watch, client.state)
}
