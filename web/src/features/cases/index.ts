import { createRoute } from '@tanstack/react-router'
import { FolderKanban } from 'lucide-react'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'
import { caseCommands } from './commands'
import { readCaseSearch, readSearch } from './search'

/** The cases as a list or as a board. */
export const casesRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/cases',
  validateSearch: readSearch,
  component: lazyPage(() => import('./CasesPage'), 'CasesPage'),
})

/** One case with what stands around it. */
export const caseRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/cases/$id',
  validateSearch: readCaseSearch,
  component: lazyPage(() => import('./CasePage'), 'CasePage'),
})

export const cases: Feature = {
  area: { id: 'cases', label: 'cases.title', icon: FolderKanban, to: '/cases', permission: 'case.read', keys: 'g a' },
  commands: Object.values(caseCommands),
}
