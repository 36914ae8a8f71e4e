import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, redirect } from '@tanstack/react-router'
import { deskRoutes, openRoutes } from '@/features'
import { sessionQuery } from '@/lib/session'
import { deskRoute, rootRoute } from '@/routes'
import { areasFor } from '@/shell/areas'
import { Loading } from '@/shell/Fallbacks'

/** The start page is the first area that the person may enter. */
const indexRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const session = await context.cache.ensureQueryData(sessionQuery)
    throw redirect({ to: areasFor(session)[0]?.to ?? '/me', replace: true })
  },
})

const routeTree = rootRoute.addChildren([deskRoute.addChildren([indexRoute, ...deskRoutes]), ...openRoutes])

export function makeRouter(cache: QueryClient) {
  return createRouter({
    routeTree,
    context: { cache },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    defaultPendingComponent: Loading,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
