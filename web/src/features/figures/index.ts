import { createRoute } from '@tanstack/react-router'
import { ChartColumn } from 'lucide-react'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'
import { readSearch } from './search'

/** The figures of the past and of today, with their questions in the address. */
export const figuresRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: '/figures',
  validateSearch: readSearch,
  component: lazyPage(() => import('./FiguresPage'), 'FiguresPage'),
})

export const figures: Feature = {
  area: { id: 'figures', label: 'figures.title', icon: ChartColumn, to: '/figures', permission: 'figures.read', keys: 'g f' },
}
