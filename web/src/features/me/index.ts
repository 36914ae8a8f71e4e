import { createRoute } from '@tanstack/react-router'
import { UserRound } from 'lucide-react'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'

export const meTabs = ['profile', 'alerts', 'keys', 'sessions'] as const
export type MeTab = (typeof meTabs)[number]

export const meRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/me',
  validateSearch: (raw: Record<string, unknown>): { tab?: MeTab } => ({ tab: meTabs.find((tab) => tab === raw.tab) }),
  component: lazyPage(() => import('./MePage'), 'MePage'),
})

export const me: Feature = {
  area: { id: 'me', label: 'me.title', icon: UserRound, to: '/me', keys: 'g m', foot: true },
}
