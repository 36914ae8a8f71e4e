import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useLiveState } from '@/lib/live'
import { prefetch, retryParts } from '@/lib/parts'
import type { Area } from './feature'

const patience = 5000 // milliseconds after which the desk counts as idle

/**
 * Loads the screens that the person may enter while there is nothing else to do:
 * a desk that has lost its connection must still be able to show all of itself.
 */
export function usePrefetch(areas: readonly Area[]) {
  const router = useRouter()
  const { connected } = useLiveState()
  const paths = areas.map((a) => a.to).join(' ')

  useEffect(() => {
    const wanted = paths.split(' ')
    const run = () => {
      const routes = Object.values(router.routesById as Record<string, { fullPath: string; options: { component?: { preload?: () => Promise<void> } } }>)
      const pages = routes.filter((r) => wanted.some((at) => r.fullPath === at || r.fullPath.startsWith(`${at}/$`)))
      void prefetch(pages.flatMap((r) => (r.options.component?.preload ? [{ preload: r.options.component.preload }] : [])))
    }
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(run, patience)
      return () => clearTimeout(timer)
    }
    const idle = requestIdleCallback(run, { timeout: patience })
    return () => cancelIdleCallback(idle)
  }, [router, paths])

  // The network may never have been away, but the server.
  useEffect(() => {
    if (connected) retryParts()
  }, [connected])
}
