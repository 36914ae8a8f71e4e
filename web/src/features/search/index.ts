import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'
import { searchCommands } from './commands'
import { everythingSearch } from './find'
import { readSearch } from './search'
import { SearchCommand } from './SearchCommand'

/** Everything that has the words one looks for. */
export const searchRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/search',
  validateSearch: readSearch,
  component: lazyPage(() => import('./SearchPage'), 'SearchPage'),
})

export const search: Feature = { commands: Object.values(searchCommands), search: everythingSearch, Overlay: SearchCommand }
