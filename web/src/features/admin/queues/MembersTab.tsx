import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { useAct } from '@/kit/act'
import { ChooseOne } from '@/kit/Choose'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { every } from '../api'
import { allPages } from '../parts/collection'
import { useChoices, useNames } from '../parts/lookups'
import type { Member, Queue, User } from '../types'
import parts from '../parts/parts.module.css'
import { MembershipRow } from './MembershipRow'
import { boardKey, membersKey, setMembership } from './membership'

/** The agents of a queue: add, pause, remove. */
export function MembersTab({ queue }: { queue: Queue }) {
  const t = useT()
  const nameOf = useNames(every.users)
  const members = useQuery({ queryKey: membersKey(queue.id), queryFn: () => allPages((page) => ok(api.GET('/api/v1/queues/{id}/members', { params: { path: { id: queue.id }, query: page } }))) })
  if (members.isPending) return <SkeletonRows rows={4} height="44px" />
  if (members.isError && !members.data) return <ErrorState error={members.error} onRetry={() => void members.refetch()} />
  const named = members.data.map((m) => ({ ...m, name: nameOf(m.user_id) ?? t('admin.gone') })).toSorted((a, b) => a.name.localeCompare(b.name, t.language))
  return (
    <div className={parts.stack}>
      <AddMember queue={queue} members={members.data} />
      {named.length === 0 ? (
        <Empty title={t('admin.member.none')} text={t('admin.member.noneText')} />
      ) : (
        <ul className={parts.rows}>
          {named.map((m) => (
            <MembershipRow key={m.user_id} label={m.name} agent={m.user_id} queue={queue.id} membership={m} />
          ))}
        </ul>
      )}
    </div>
  )
}

function AddMember({ queue, members }: { queue: Queue; members: readonly Member[] }) {
  const t = useT()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const serves = (user: User) => user.active && (user.all_brands || user.brand_ids.includes(queue.brand_id)) && !members.some((m) => m.user_id === user.id)
  const free = useChoices(every.users, serves)
  const allowed = useCan('staff.move')
  if (!allowed) return null
  const add = async (id: string) => {
    setBusy(true)
    const name = free.find((f) => f.value === id)?.label ?? ''
    await act({
      done: t('admin.member.didAdd', { name }),
      touches: [boardKey, membersKey(queue.id)],
      commit: () => setMembership(id, queue.id, { member: true, enabled: true }),
      undo: () => setMembership(id, queue.id, { member: false, enabled: false }),
    })
    setBusy(false)
  }
  return <ChooseOne label={t('admin.member.addTo')} description={t('admin.member.addHelp')} placeholder={t('admin.member.choose')} data={free} value={null} disabled={busy} onChange={(id) => id && void add(id)} />
}
