import { createRoute } from '@tanstack/react-router'
import { BookOpen } from 'lucide-react'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'
import { knowledgeCommands } from './commands'
import { readSearch } from './search'

const root = createRoute({
  getParentRoute: () => deskRoute,
  path: '/knowledge',
  validateSearch: readSearch,
  component: lazyPage(() => import('./KnowledgePage'), 'KnowledgePage'),
})

const nothing = createRoute({ getParentRoute: () => root, path: '/', component: lazyPage(() => import('./KnowledgePage'), 'NothingOpen') })
const article = createRoute({ getParentRoute: () => root, path: '$id', component: lazyPage(() => import('./ArticlePage'), 'ArticlePage') })

/** The articles: their list, and the open one beside it. */
export const knowledgeRoute = root.addChildren([nothing, article])

export const knowledge: Feature = {
  area: { id: 'knowledge', label: 'knowledge.title', icon: BookOpen, to: '/knowledge', permission: 'knowledge.read', keys: 'g k' },
  commands: Object.values(knowledgeCommands),
}
