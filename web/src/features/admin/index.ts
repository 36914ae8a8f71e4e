import { createRoute } from '@tanstack/react-router'
import { Settings } from 'lucide-react'
import { type Part, lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import { resourceSearch } from '@/kit/resource/schema'
import type { Feature } from '@/shell/feature'
import { auditSearch } from './audit/search'
import { adminPermissions } from './permissions'

const root = createRoute({
  getParentRoute: () => deskRoute,
  path: '/admin',
  component: lazyPage(() => import('./AdminLayout'), 'AdminLayout'),
})

const at = <Path extends string>(path: Path, component: Part<object>) => createRoute({ getParentRoute: () => root, path, validateSearch: resourceSearch, component })

const overview = createRoute({ getParentRoute: () => root, path: '/', component: lazyPage(() => import('./overview/OverviewPage'), 'OverviewPage') })
const audit = createRoute({ getParentRoute: () => root, path: 'audit', validateSearch: auditSearch, component: lazyPage(() => import('./audit/AuditPage'), 'AuditPage') })

/** The administration: a menu, and a page for each kind of thing. */
export const adminRoute = root.addChildren([
  overview,
  at('users', lazyPage(() => import('./users/UsersPage'), 'UsersPage')),
  at('teams', lazyPage(() => import('./simple/TeamsPage'), 'TeamsPage')),
  at('roles', lazyPage(() => import('./roles/RolesPage'), 'RolesPage')),
  at('brands', lazyPage(() => import('./brands/BrandsPage'), 'BrandsPage')),
  at('widgets', lazyPage(() => import('./widgets/WidgetsPage'), 'WidgetsPage')),
  at('channels', lazyPage(() => import('./channels/ChannelsPage'), 'ChannelsPage')),
  at('accounts', lazyPage(() => import('./accounts/AccountsPage'), 'AccountsPage')),
  at('mailboxes', lazyPage(() => import('./mailboxes/MailboxesPage'), 'MailboxesPage')),
  at('calendars', lazyPage(() => import('./calendars/CalendarsPage'), 'CalendarsPage')),
  at('queues', lazyPage(() => import('./queues/QueuesPage'), 'QueuesPage')),
  at('work', lazyPage(() => import('./workmix/WorkMixPage'), 'WorkMixPage')),
  at('skills', lazyPage(() => import('./simple/SkillsPage'), 'SkillsPage')),
  at('dispositions', lazyPage(() => import('./simple/DispositionsPage'), 'DispositionsPage')),
  at('away-reasons', lazyPage(() => import('./simple/AwayReasonsPage'), 'AwayReasonsPage')),
  at('canned', lazyPage(() => import('./canned/CannedPage'), 'CannedPage')),
  at('macros', lazyPage(() => import('./macros/MacrosPage'), 'MacrosPage')),
  at('case-statuses', lazyPage(() => import('./cases/CaseStatusesPage'), 'CaseStatusesPage')),
  at('case-fields', lazyPage(() => import('./cases/CaseFieldsPage'), 'CaseFieldsPage')),
  at('case-settings', lazyPage(() => import('./cases/CaseSettingsPage'), 'CaseSettingsPage')),
  at('customer-fields', lazyPage(() => import('./cases/CustomerFieldsPage'), 'CustomerFieldsPage')),
  at('sla', lazyPage(() => import('./cases/SlaPoliciesPage'), 'SlaPoliciesPage')),
  at('rules', lazyPage(() => import('./rules/RulesPage'), 'RulesPage')),
  at('import', lazyPage(() => import('./imports/ImportPage'), 'ImportPage')),
  at('privacy', lazyPage(() => import('./privacy/PrivacyPage'), 'PrivacyPage')),
  at('retention', lazyPage(() => import('./retention/RetentionPage'), 'RetentionPage')),
  at('keys', lazyPage(() => import('./keys/KeysPage'), 'KeysPage')),
  at('webhooks', lazyPage(() => import('./webhooks/WebhooksPage'), 'WebhooksPage')),
  audit,
])

export const admin: Feature = {
  area: { id: 'admin', label: 'admin.title', icon: Settings, to: '/admin', keys: 'g s', permission: adminPermissions, foot: true },
}
