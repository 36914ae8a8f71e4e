import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleDashed } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Badge } from '@/kit/Badge'
import { ChannelMark } from '@/kit/ChannelMark'
import { Page } from '@/kit/Page'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { Ago } from '@/lib/time'
import { useBrands } from '../parts/lookups'
import type { EntryPoint } from '../types'
import { DeadJobs } from './DeadJobs'
import classes from './Overview.module.css'
import { type Step, stepText, stepTitle, stepsOf } from './steps'
import { useWorld } from './useWorld'

/** What needs somebody's attention: the set-up, the entry points, work that was given up. */
export function OverviewPage() {
  const t = useT()
  const { world, pending, error } = useWorld()
  const jobs = useCan('job.read')
  return (
    <Page title={t('admin.overview.title')}>
      {pending && <SkeletonRows rows={5} height="56px" />}
      {error !== undefined && error !== null && <ErrorState error={error} />}
      {!pending && !error && (
        <div className={classes.cards}>
          <Steps steps={stepsOf(world)} />
          {world.points && world.points.length > 0 && <Health points={world.points} />}
          {jobs && <DeadJobs />}
        </div>
      )}
    </Page>
  )
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const t = useT()
  const left = steps.filter((s) => !s.done)
  if (steps.length === 0) return null
  const shown = left.length > 0 ? [...left, ...steps.filter((s) => s.done)] : []
  return (
    <section className={classes.card}>
      <header className={classes.head}>
        <h2>{t('admin.overview.setup')}</h2>
        <Badge tone={left.length > 0 ? 'warn' : 'ok'}>{left.length > 0 ? t('admin.overview.left', { count: left.length }) : t('admin.overview.ready')}</Badge>
      </header>
      {shown.length === 0 && <p className={classes.hint}>{t('admin.overview.readyText')}</p>}
      <ul className={classes.rows}>
        {shown.map((step) => (
          <li key={step.id} className={classes.row} data-done={step.done || undefined}>
            {step.done ? <CircleCheck size={18} aria-label={t('admin.step.done')} className={classes.ok} /> : <CircleDashed size={18} aria-hidden className={classes.open} />}
            <div className={classes.grow}>
              {step.done ? t(stepTitle(step)) : <Link to={`/admin/${step.to}`}>{t(stepTitle(step))}</Link>}
              {!step.done && <p className={classes.hint}>{t(stepText(step))}</p>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Health({ points }: { points: readonly EntryPoint[] }) {
  const t = useT()
  const failing = points.filter((p) => p.health === 'failing').length
  const ordered = points.toSorted((a, b) => Number(b.health === 'failing') - Number(a.health === 'failing'))
  return (
    <section className={classes.card}>
      <header className={classes.head}>
        <h2>{t('admin.overview.entryPoints')}</h2>
        <Badge tone={failing > 0 ? 'danger' : 'ok'}>{failing > 0 ? t('admin.overview.failing', { count: failing }) : t('admin.overview.allWork')}</Badge>
      </header>
      <ul className={classes.rows}>
        {ordered.map((point) => (
          <Point key={point.id} point={point} />
        ))}
      </ul>
    </section>
  )
}

function Point({ point }: { point: EntryPoint }) {
  const t = useT()
  const brand = useBrands().nameOf(point.brand_id)
  const failing = point.health === 'failing'
  const text = failing ? 'admin.health.failing' : point.active ? 'admin.health.ok' : 'admin.health.off'
  return (
    <li className={classes.row}>
      <ChannelMark channel={point.channel} size={24} />
      <div className={classes.grow}>
        {point.channel === 'webchat' ? (
          <Link to="/admin/widgets" search={{ open: point.id }}>
            {point.name}
          </Link>
        ) : (
          point.name
        )}
        <p className={classes.hint}>
          {brand}
          {failing && point.health_code && ` · ${t.maybe(`error.${point.health_code}`) ?? point.health_code}`}
          {failing && point.health_at && (
            <>
              {' · '}
              <Ago at={point.health_at} />
            </>
          )}
        </p>
      </div>
      <Badge tone={failing ? 'danger' : point.active ? 'ok' : 'neutral'}>{t(text)}</Badge>
    </li>
  )
}
