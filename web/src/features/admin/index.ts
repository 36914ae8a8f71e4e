import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { Settings } from 'lucide-react'
import { deskRoute } from '@/routes'
import { resourceSearch } from '@/kit/resource/schema'
import type { Feature } from '@/shell/feature'
import { auditSearch } from './audit/search'
import { adminPermissions } from './permissions'

const root = createRoute({
  getParentRoute: () => deskRoute,
  path: '/admin',
  component: lazyRouteComponent(() => import('./AdminLayout'), 'AdminLayout'),
})

const at = <Path extends string>(path: Path, component: ReturnType<typeof lazyRouteComponent>) => createRoute({ getParentRoute: () => root, path, validateSearch: resourceSearch, component })

const overview = createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./overview/OverviewPage'), 'OverviewPage') })
const audit = createRoute({ getParentRoute: () => root, path: 'audit', validateSearch: auditSearch, component: lazyRouteComponent(() => import('./audit/AuditPage'), 'AuditPage') })

/** The administration: a menu, and a page for each kind of thing. */
export const adminRoute = root.addChildren([
  overview,
  at('users', lazyRouteComponent(() => import('./users/UsersPage'), 'UsersPage')),
  at('teams', lazyRouteComponent(() => import('./simple/TeamsPage'), 'TeamsPage')),
  at('roles', lazyRouteComponent(() => import('./roles/RolesPage'), 'RolesPage')),
  at('brands', lazyRouteComponent(() => import('./brands/BrandsPage'), 'BrandsPage')),
  at('widgets', lazyRouteComponent(() => import('./widgets/WidgetsPage'), 'WidgetsPage')),
  at('calendars', lazyRouteComponent(() => import('./calendars/CalendarsPage'), 'CalendarsPage')),
  at('queues', lazyRouteComponent(() => import('./queues/QueuesPage'), 'QueuesPage')),
  at('skills', lazyRouteComponent(() => import('./simple/SkillsPage'), 'SkillsPage')),
  at('dispositions', lazyRouteComponent(() => import('./simple/DispositionsPage'), 'DispositionsPage')),
  at('away-reasons', lazyRouteComponent(() => import('./simple/AwayReasonsPage'), 'AwayReasonsPage')),
  at('canned', lazyRouteComponent(() => import('./canned/CannedPage'), 'CannedPage')),
  at('keys', lazyRouteComponent(() => import('./keys/KeysPage'), 'KeysPage')),
  audit,
])

export const admin: Feature = {
  area: { id: 'admin', label: 'admin.title', icon: Settings, to: '/admin', keys: 'g s', permission: adminPermissions, foot: true },
}
