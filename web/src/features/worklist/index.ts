import { createRoute } from '@tanstack/react-router'
import { Inbox } from 'lucide-react'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'
import { viewCommand, worklistCommands } from './commands'
import { OwnCount } from './OwnCount'
import { readSearch, views } from './search'
import { WorklistWatch } from './WorklistWatch'

/** The conversations as work, and the open one beside them. */
export const worklistRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/conversations',
  validateSearch: readSearch,
  component: lazyPage(() => import('./WorklistPage'), 'WorklistPage'),
})

export const worklist: Feature = {
  area: { id: 'conversations', label: 'desk.worklist.title', icon: Inbox, to: '/conversations', permission: 'conversation.read', keys: 'g c', Badge: OwnCount },
  commands: [...Object.values(worklistCommands), ...views.map(viewCommand)],
  Overlay: WorklistWatch,
}
