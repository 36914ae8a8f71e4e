import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '@/routes'

export const inviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invite/$token',
  component: lazyRouteComponent(() => import('./InvitePage'), 'InvitePage'),
})
