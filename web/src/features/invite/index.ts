import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '@/lib/parts'
import { rootRoute } from '@/routes'

export const inviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invite/$token',
  component: lazyPage(() => import('./InvitePage'), 'InvitePage'),
})
