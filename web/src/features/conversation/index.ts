import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'
import { conversationCommands } from './commands'
import { ConversationWatch } from './ConversationWatch'
import { macroSearch } from './macros/search'

/** One conversation in the full width of the screen. */
export const conversationRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/conversations/$id',
  component: lazyPage(() => import('./ConversationPage'), 'ConversationPage'),
})

export const conversation: Feature = { commands: Object.values(conversationCommands), search: macroSearch, Overlay: ConversationWatch }
