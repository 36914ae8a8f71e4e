import { createRoute, redirect } from '@tanstack/react-router'
import { lazyPage } from '@/lib/parts'
import { rootRoute, setupQuery } from '@/routes'

export const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  beforeLoad: async ({ context }) => {
    const setup = await context.cache.ensureQueryData(setupQuery)
    if (!setup.needed) throw redirect({ to: '/login', replace: true })
  },
  component: lazyPage(() => import('./SetupPage'), 'SetupPage'),
})
