import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { OwnQueue } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useLive, useLiveState } from '@/lib/live'
import { formatDuration, useNow } from '@/lib/time'
import { Dot } from '@/kit/Badge'
import { Timer } from '@/kit/Timer'
import { ownQueuesQuery } from './presence'
import classes from './QueueChips.module.css'

const mostShown = 4
const staleAfter = 10_000 // milliseconds without news

/** The queues one serves: how many wait, and the longest of them. */
export function QueueChips() {
  const t = useT()
  const cache = useQueryClient()
  useLive<Pick<OwnQueue, 'id' | 'waiting' | 'longest_since'>>('own_queue', ({ id, waiting, longest_since }) =>
    cache.setQueryData(ownQueuesQuery.queryKey, (now) => now?.map((q) => (q.id === id ? { ...q, waiting, longest_since } : q))),
  )
  const queues = useQuery(ownQueuesQuery)
  const shown = (queues.data ?? []).filter((q) => q.enabled).toSorted((a, b) => (b.waiting ?? 0) - (a.waiting ?? 0) || a.name.localeCompare(b.name))
  const age = useAge()
  if (shown.length === 0) return null
  return (
    <ul className={classes.chips} data-stale={age !== undefined || undefined} title={age === undefined ? undefined : t('board.age', { age: formatDuration(age) })} aria-label={t('shell.ownQueues')}>
      {shown.slice(0, mostShown).map((queue) => (
        <Chip key={queue.id} queue={queue} />
      ))}
    </ul>
  )
}

/** How old the numbers are, once they are too old to go by. */
function useAge(): number | undefined {
  const { connected, since } = useLiveState()
  const now = useNow('second')
  return !connected && now - since >= staleAfter ? now - since : undefined
}

function Chip({ queue }: { queue: OwnQueue }) {
  const t = useT()
  const waiting = queue.waiting ?? 0
  return (
    <li className={classes.chip}>
      <Dot tone={waiting > 0 ? 'warn' : 'ok'} />
      <span className={classes.name}>{queue.name}</span>
      <strong className="num">{queue.waiting ?? '–'}</strong>
      <span className="sr-only">{t('shell.waiting', { count: waiting })}</span>
      {queue.longest_since && waiting > 0 && <Timer since={queue.longest_since} />}
    </li>
  )
}
