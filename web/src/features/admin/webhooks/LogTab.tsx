import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { keys } from '../api'
import type { Webhook, WebhookDelivery } from '../types'
import { DeliveryLine } from './DeliveryLine'
import classes from './Webhooks.module.css'

const states = ['', 'waiting', 'delivered', 'failed'] as const
const month = 30 * 24 * 3600 * 1000

/** What was sent to a webhook in the last 30 days, newest first. */
export function LogTab({ hook }: { hook: Webhook }) {
  const t = useT()
  const act = useAct()
  const [state, setState] = useState<(typeof states)[number]>('')
  const key = [...keys.webhooks, hook.id, 'log']
  const pages = useInfiniteQuery({
    queryKey: [...key, state],
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/webhooks/{id}/deliveries', { params: { path: { id: hook.id }, query: { state: state || undefined, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })
  const deliveries = pages.data?.pages.flatMap((p) => p.items) ?? []
  const active = hook.state === 'active'
  const again = (d: WebhookDelivery) => act({ done: t('admin.webhooks.replayed'), touches: [key], commit: () => ok(api.POST('/api/v1/webhook-deliveries/{id}/replay', { params: { path: { id: d.id } } })) })
  const all = () =>
    act({ done: t('admin.webhooks.replayed'), touches: [key], commit: () => ok(api.POST('/api/v1/webhooks/{id}/replay', { params: { path: { id: hook.id } }, body: { since: new Date(Date.now() - month).toISOString() } })) })

  return (
    <section className={classes.log}>
      <div className={classes.row}>
        <SegmentedControl size="xs" value={state} onChange={(v) => setState(v as typeof state)} data={states.map((s) => ({ value: s, label: s === '' ? t('admin.webhooks.delivery.all') : t(`admin.webhooks.delivery.${s}`) }))} aria-label={t('admin.webhooks.log')} />
        {state === 'failed' && active && deliveries.length > 0 && (
          <Button size="xs" variant="default" leftSection={<RotateCcw size={14} />} onClick={() => void all()}>
            {t('admin.webhooks.replayAll')}
          </Button>
        )}
      </div>
      {pages.isPending && <SkeletonRows rows={4} height="36px" />}
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && deliveries.length === 0 && <Empty title={t('admin.webhooks.nothing')} />}
      {deliveries.map((d) => (
        <DeliveryLine key={d.id} delivery={d}>
          {active && d.state !== 'waiting' && (
            <Button size="xs" variant="default" leftSection={<RotateCcw size={14} />} onClick={() => void again(d)}>
              {t('admin.webhooks.replay')}
            </Button>
          )}
        </DeliveryLine>
      ))}
      {pages.hasNextPage && (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
    </section>
  )
}
