import { useNavigate } from '@tanstack/react-router'
import { useCommand } from '@/lib/keys'
import { useCan } from '@/lib/session'
import type { View } from '../conversation/types'
import { viewCommand } from './commands'
import { views } from './search'

/** Lets the command bar show any view from any screen. */
export function ViewCommands() {
  return views.map((view) => <ViewCommand key={view} view={view} />)
}

function ViewCommand({ view }: { view: View }) {
  const navigate = useNavigate()
  const wide = useCan('conversation.read', 'team')
  useCommand(viewCommand(view), () => void navigate({ to: '/conversations', search: { view } }), wide || !needsWide(view))
  return null
}

/** Views of others' work make sense only to who may see it. */
export const needsWide = (view: View) => view === 'unassigned' || view === 'all'
