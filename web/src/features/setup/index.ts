import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { rootRoute, setupQuery } from '@/routes'

export const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  beforeLoad: async ({ context }) => {
    const setup = await context.cache.ensureQueryData(setupQuery)
    if (!setup.needed) throw redirect({ to: '/login', replace: true })
  },
  component: lazyRouteComponent(() => import('./SetupPage'), 'SetupPage'),
})
