import { createRoute } from '@tanstack/react-router'
import { MonitorDot } from 'lucide-react'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'
import { boardCommands } from './commands'
import { readSearch } from './search'

/** How everything stands now, and moving people about. */
export const boardRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/board',
  validateSearch: readSearch,
  component: lazyPage(() => import('./BoardPage'), 'BoardPage'),
})

export const board: Feature = {
  area: { id: 'board', label: 'board.area', icon: MonitorDot, to: '/board', permission: 'board.read', keys: 'g b' },
  commands: Object.values(boardCommands),
}
