import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Monitor } from 'lucide-react'
import { type Schemas, api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { deviceName } from './device'
import classes from './Me.module.css'

const key = ['me', 'sessions'] as const

/** Where one is signed in; any of it can be ended from here. */
export function SessionsTab() {
  const t = useT()
  const sessions = useQuery({ queryKey: key, queryFn: async () => (await ok(api.GET('/api/v1/me/sessions'))).items })
  if (sessions.isError && !sessions.data) return <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />
  if (!sessions.data) return <SkeletonRows rows={3} height="60px" />
  return (
    <>
      <p className={classes.hint}>{t('me.sessionsHelp')}</p>
      <ul className={classes.sessions}>
        {sessions.data.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </ul>
    </>
  )
}

function Row({ session }: { session: Schemas['SessionItem'] }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const device = deviceName(session.device)
  const end = useMutation({
    mutationFn: () => ok(api.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id: session.id } } })),
    onSuccess: () => {
      toasts.show({ kind: 'done', text: t('me.sessionEnded') })
      return cache.invalidateQueries({ queryKey: key })
    },
    onError: (error) => toasts.show({ kind: 'error', text: problemText(t, error) }),
  })
  return (
    <li className={classes.session}>
      <Monitor size={20} aria-hidden />
      <div className={classes.grow}>
        <strong title={session.device}>{device}</strong> {session.current && <Badge tone="ok">{t('me.thisDevice')}</Badge>}
        <p className={classes.hint}>
          {session.address} · {t('me.lastSeen')} <Ago at={session.seen_at} />
        </p>
      </div>
      {!session.current && (
        <Button variant="default" loading={end.isPending} onClick={() => end.mutate()}>
          {t('me.end')}
          <span className="sr-only">: {device}</span>
        </Button>
      )}
    </li>
  )
}
