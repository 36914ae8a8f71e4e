import { useNavigate } from '@tanstack/react-router'
import { useCommand } from '@/lib/keys'
import { searchCommands } from './commands'

/** Leads to the search from every screen. */
export function SearchCommand() {
  const navigate = useNavigate()
  useCommand(searchCommands.open, () => void navigate({ to: '/search', search: {} }))
  return null
}
