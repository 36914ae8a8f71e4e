import { useQueries } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { can, useSession } from '@/lib/session'
import { awayReasons, dispositions, every, keys } from '../api'
import { boardKey } from '../queues/membership'
import { invitationsQuery } from '../users/Invitations'
import type { World } from './steps'

/** Asks for what the overview tells, as far as the person may see it. */
export function useWorld() {
  const session = useSession()
  const may = (permission: string, scope?: 'brand') => can(session, permission, scope)
  return useQueries({
    queries: [
      { ...every.brands, enabled: may('brand.read') },
      { ...every.queues, enabled: may('queue.read') },
      { ...every.entryPoints, enabled: may('entry_point.edit') },
      { ...every.users, enabled: may('user.read', 'brand') },
      { ...invitationsQuery, enabled: may('user.edit') },
      { queryKey: boardKey, queryFn: () => ok(api.GET('/api/v1/board')), enabled: may('board.read') },
      { queryKey: [...keys.awayReasons, 'all'], queryFn: () => awayReasons.all(), enabled: may('queue.edit') },
      { queryKey: [...keys.dispositions, 'all'], queryFn: () => dispositions.all(), enabled: may('queue.edit') },
    ],
    combine: ([brands, queues, points, users, invitations, board, reasons, ends]) => ({
      pending: [brands, queues, points, users].some((q) => q.isLoading),
      error: [brands, queues, points, users].find((q) => q.isError)?.error,
      world: {
        brands: brands.data,
        queues: queues.data,
        points: points.data,
        users: users.data,
        invitations: invitations.data?.length,
        unserved: board.data?.queues.filter((q) => q.agents.length === 0).map((q) => q.id),
        awayReasons: reasons.data?.length,
        dispositions: ends.data?.length,
      } satisfies World,
    }),
  })
}
