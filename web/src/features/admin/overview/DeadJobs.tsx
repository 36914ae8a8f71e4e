import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { RotateCcw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Problem, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { Badge } from '@/kit/Badge'
import { ConfirmByName } from '@/kit/ConfirmByName'
import { ErrorState } from '@/kit/states'
import { keys } from '../api'
import type { DeadJob } from '../types'
import classes from './Overview.module.css'

/** Work that was given up after its last attempt: try it again or let it go. */
export function DeadJobs() {
  const t = useT()
  const pages = useInfiniteQuery({
    queryKey: keys.jobs,
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/jobs', { params: { query: { cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })
  const jobs = pages.data?.pages.flatMap((p) => p.items) ?? []
  const missing = pages.error instanceof Problem && pages.error.status === 404
  if (pages.isPending || missing) return null
  return (
    <section className={classes.card}>
      <header className={classes.head}>
        <h2>{t('admin.jobs.title')}</h2>
        {pages.isSuccess && <Badge tone={jobs.length > 0 ? 'danger' : 'ok'}>{t('admin.jobs.count', { count: jobs.length })}</Badge>}
      </header>
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && jobs.length === 0 && <p className={classes.hint}>{t('admin.jobs.none')}</p>}
      <ul className={classes.rows}>
        {jobs.map((job) => (
          <Job key={job.id} job={job} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
    </section>
  )
}

function Job({ job }: { job: DeadJob }) {
  const t = useT()
  const act = useAct()
  const allowed = useCan('job.retry')
  const [asking, setAsking] = useState(false)
  const name = t.maybe(`admin.job.${job.kind}`) ?? job.kind
  const run = (verb: 'retry' | 'discard') => act({ done: t(`admin.jobs.${verb}Done`), touches: [keys.jobs], commit: () => ok(api.POST(`/api/v1/jobs/{id}/${verb}`, { params: { path: { id: job.id } } })) })
  return (
    <li className={classes.row}>
      <div className={classes.grow}>
        <strong>{name}</strong> <span className={classes.hint}>{t('admin.jobs.attempts', { count: job.attempts })} · </span>
        <Ago at={job.finished_at} className={classes.hint} />
        <p className={classes.error}>{job.error}</p>
      </div>
      {allowed && (
        <div className={classes.acts}>
          <Button size="sm" variant="default" leftSection={<RotateCcw size={14} />} onClick={() => void run('retry')}>
            {t('act.retry')}
            <span className="sr-only">: {name}</span>
          </Button>
          <Button size="sm" variant="subtle" color="danger" leftSection={<Trash2 size={14} />} onClick={() => setAsking(true)}>
            {t('admin.jobs.discard')}
            <span className="sr-only">: {name}</span>
          </Button>
          <ConfirmByName open={asking} onClose={() => setAsking(false)} text={t('admin.jobs.discardText')} name={name} action={`${t('admin.jobs.discard')}: ${name}`} onConfirm={() => run('discard')} />
        </div>
      )}
    </li>
  )
}
