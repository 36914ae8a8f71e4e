import { useQuery } from '@tanstack/react-query'
import type { Things } from '../../rules/words'
import { useStatuses } from '../../cases/names'
import { canned, every, keys } from '../api'
import { useBrands, useChoices } from '../parts/lookups'

const allCanned = { queryKey: [...keys.canned, 'all', 'choices'], queryFn: async () => (await canned.all()).map((c) => ({ value: c.id, label: c.title })), staleTime: 30_000 }

/** Everything that a rule or a macro can name. What one may not see is not offered. */
export function useThings(): Things {
  const { offered, nameOf } = useStatuses()
  return {
    brand: useBrands().options,
    queue: useChoices(every.queues),
    user: useChoices(every.users),
    team: useChoices(every.teams),
    case_status: offered.map((s) => ({ value: s.id, label: nameOf(s.id) })),
    canned: useQuery(allCanned).data ?? [],
    webhook: useChoices(every.webhooks),
  }
}
