import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'

/** As whom one can sign in by one click; there is nobody but in the demo. */
export const demoQuery = queryOptions({ queryKey: ['session', 'demo'], queryFn: () => ok(api.GET('/api/v1/session/demo')), retry: false, staleTime: Infinity })

/** Whether the demo's customers write by themselves. */
export const trafficQuery = queryOptions({ queryKey: ['session', 'demo', 'traffic'], queryFn: () => ok(api.GET('/api/v1/session/demo/traffic')), retry: false })

/** Asks for what decides how large the sign-in is, so that it does not grow under its reader. */
export async function loadDemo(cache: QueryClient) {
  const demo = await cache.ensureQueryData(demoQuery).catch(() => undefined)
  if (demo && demo.roles.length > 0) await cache.ensureQueryData(trafficQuery).catch(() => undefined)
}
