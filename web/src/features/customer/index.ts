import { createRoute } from '@tanstack/react-router'
import { ContactRound } from 'lucide-react'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'
import { customerCommands } from './commands'
import { readListSearch } from './list'
import { readStorySearch } from './story'

/** The customers and their organisations. */
export const customersRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/customers',
  validateSearch: readListSearch,
  component: lazyPage(() => import('./CustomersPage'), 'CustomersPage'),
})

/** One customer with everything that happened. */
export const customerRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/customers/$id',
  validateSearch: readStorySearch,
  component: lazyPage(() => import('./CustomerPage'), 'CustomerPage'),
})

/** One organisation with its people. */
export const organisationRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/organisations/$id',
  validateSearch: readStorySearch,
  component: lazyPage(() => import('./OrganisationPage'), 'OrganisationPage'),
})

export const customers: Feature = {
  area: { id: 'customers', label: 'customers.title', icon: ContactRound, to: '/customers', permission: 'customer.read', keys: 'g u' },
  commands: Object.values(customerCommands),
}
