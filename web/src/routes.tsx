import type { QueryClient } from '@tanstack/react-query'
import { Outlet, createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router'
import { api, ok } from '@/lib/api'
import { lazyPage } from '@/lib/parts'
import { sessionQuery } from '@/lib/session'
import { Crashed, NotFound } from '@/shell/Fallbacks'

/** What every route's loader can reach. */
export interface RouterContext {
  cache: QueryClient
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
})

/** Whether this installation still has to be set up. */
export const setupQuery = {
  queryKey: ['setup'],
  queryFn: () => ok(api.GET('/api/v1/setup')),
  staleTime: Infinity,
}

/**
 * Parent of every screen behind the sign-in: it has the shell around it. Who is
 * not signed in goes to the sign-in and comes back; a fresh installation is set up.
 */
export const deskRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'desk',
  beforeLoad: async ({ context, location }) => {
    if (await context.cache.ensureQueryData(sessionQuery)) return
    const setup = await context.cache.ensureQueryData(setupQuery)
    if (setup.needed) throw redirect({ to: '/setup' })
    throw redirect({ to: '/login', search: location.pathname === '/' ? {} : { next: location.href } })
  },
  component: lazyPage(() => import('@/shell/Shell'), 'Shell'),
})
