import { useQuery } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { every } from '../api'
import { MembershipRow } from '../queues/MembershipRow'
import { boardKey } from '../queues/membership'
import type { User } from '../types'
import parts from '../parts/parts.module.css'

/** Which queues a person serves. Queues of brands that they do not work for are not offered. */
export function QueuesTab({ user }: { user: User }) {
  const t = useT()
  const queues = useQuery(every.queues)
  const board = useQuery({ queryKey: boardKey, queryFn: () => ok(api.GET('/api/v1/board')) })
  if (queues.isPending || board.isPending) return <SkeletonRows rows={4} height="44px" />
  const failed = [queues, board].find((q) => q.isError && !q.data)
  if (failed || !queues.data || !board.data) return <ErrorState error={failed?.error} onRetry={() => void Promise.all([queues.refetch(), board.refetch()])} />
  const own = board.data.agents.find((a) => a.id === user.id)?.queues ?? []
  const offered = queues.data.filter((q) => user.all_brands || user.brand_ids.includes(q.brand_id) || own.some((o) => o.id === q.id))
  return (
    <div className={parts.stack}>
      <p className={parts.hint}>{t('admin.users.queuesHelp')}</p>
      <ul className={parts.rows}>
        {offered.map((queue) => (
          <MembershipRow key={queue.id} label={queue.name} agent={user.id} queue={queue.id} membership={own.find((o) => o.id === queue.id)} locked={!user.active} />
        ))}
      </ul>
    </div>
  )
}
