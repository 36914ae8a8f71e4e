import { createRoute, redirect } from '@tanstack/react-router'
import { lazyPage } from '@/lib/parts'
import { sessionQuery } from '@/lib/session'
import { rootRoute, setupQuery } from '@/routes'
import { loadDemo } from './demo'

/** Where to go after signing in: an address of the desk, never another site. */
export function safeNext(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/'
}

export const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: (raw: Record<string, unknown>): { next?: string } => (typeof raw.next === 'string' ? { next: safeNext(raw.next) } : {}),
  beforeLoad: async ({ context, search }) => {
    if (await context.cache.ensureQueryData(sessionQuery)) throw redirect({ href: safeNext(search.next), replace: true })
    // If this cannot be asked, signing in will say why.
    const setup = await context.cache.ensureQueryData(setupQuery).catch(() => undefined)
    if (setup?.needed) throw redirect({ to: '/setup', replace: true })
  },
  loader: ({ context }) => loadDemo(context.cache),
  component: lazyPage(() => import('./LoginPage'), 'LoginPage'),
})
