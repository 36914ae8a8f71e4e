import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { RotateCcw, X } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { Badge, type Tone } from '@/kit/Badge'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { keys } from '../api'
import type { ChannelEvent } from '../types'
import classes from './Channels.module.css'

const states = ['', 'refused', 'parked', 'waiting', 'done'] as const
const tones: Record<ChannelEvent['state'], Tone> = { waiting: 'warn', parked: 'warn', done: 'ok', refused: 'danger', discarded: 'neutral' }

/** What a channel has posted in the last 30 days, newest first; what was refused can be applied again. */
export function EventsTab({ channel }: { channel: { id: string } }) {
  const t = useT()
  const [state, setState] = useState<(typeof states)[number]>('')
  const key = [...keys.ownChannels, channel.id, 'events']
  const pages = useInfiniteQuery({
    queryKey: [...key, state],
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/entry-points/{id}/events', { params: { path: { id: channel.id }, query: { state: state || undefined, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })
  const events = pages.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section className={classes.stack}>
      <div className={classes.row}>
        <SegmentedControl size="xs" value={state} onChange={(v) => setState(v as typeof state)} data={states.map((s) => ({ value: s, label: s === '' ? t('admin.channels.state.all') : t(`admin.channels.state.${s}`) }))} aria-label={t('admin.channels.events')} />
      </div>
      {pages.isPending && <SkeletonRows rows={4} height="36px" />}
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && events.length === 0 && <Empty title={t(state === 'refused' ? 'admin.channels.nothingRefused' : 'admin.channels.nothing')} />}
      {events.map((event) => (
        <EventLine key={event.id} event={event} touches={key} />
      ))}
      {pages.hasNextPage && (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
    </section>
  )
}

/** One event: what became of it, why, and its bytes to unfold. */
function EventLine({ event, touches }: { event: ChannelEvent; touches: readonly string[] }) {
  const t = useT()
  const act = useAct()
  const path = { params: { path: { id: event.id } } }
  const replay = () => act({ done: t('admin.channels.replayed'), touches: [touches], commit: () => ok(api.POST('/api/v1/channel-events/{id}/replay', path)) })
  const discard = () => act({ done: t('admin.channels.discarded'), touches: [touches], commit: () => ok(api.POST('/api/v1/channel-events/{id}/discard', path)) })
  const open = event.state === 'refused' || event.state === 'parked'
  return (
    <details className={classes.event}>
      <summary>
        <Badge tone={tones[event.state]}>{t(`admin.channels.state.${event.state}`)}</Badge>
        <code className={classes.kind}>{event.kind || '?'}</code>
        <code className={classes.kind}>{event.event_id}</code>
        <span className={classes.hint}>
          <Ago at={event.received_at} />
        </span>
      </summary>
      {event.reason && (
        <p>
          {t.maybe(`error.${event.reason}`) ?? event.reason} {event.detail && <code>{event.detail}</code>}
        </p>
      )}
      {event.awaits && <p className={classes.hint}>{t('admin.channels.awaits', { what: event.awaits })}</p>}
      {event.raw === '' ? (
        <p className={classes.hint}>{t('admin.channels.hidden')}</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard
        <pre role="group" aria-label={t('admin.channels.raw')} tabIndex={0}>
          {pretty(event.raw)}
        </pre>
      )}
      {(open || event.state === 'discarded') && (
        <div className={classes.row}>
          <Button size="xs" variant="default" leftSection={<RotateCcw size={14} />} onClick={() => void replay()}>
            {t('admin.channels.replay')}
          </Button>
          {open && (
            <Button size="xs" variant="subtle" leftSection={<X size={14} />} onClick={() => void discard()}>
              {t('admin.channels.discard')}
            </Button>
          )}
        </div>
      )}
    </details>
  )
}

function pretty(raw: string) {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2)
  } catch {
    return raw
  }
}
