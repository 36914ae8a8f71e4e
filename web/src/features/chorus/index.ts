import { createRoute } from '@tanstack/react-router'
import { Copy } from 'lucide-react'
import { lazyPage } from '@/lib/parts'
import { deskRoute } from '@/routes'
import type { Feature } from '@/shell/feature'

/** What many say alike in public and wait for an answer to. */
export const chorusesRoute = createRoute({ getParentRoute: () => deskRoute, path: '/similar', component: lazyPage(() => import('./SimilarPage'), 'SimilarPage') })

export const choruses: Feature = {
  area: { id: 'similar', label: 'desk.chorus.area', icon: Copy, to: '/similar', permission: 'conversation.reply', keys: 'g o' },
}
