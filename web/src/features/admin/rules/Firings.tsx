import { Button } from '@mantine/core'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FlaskConical } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Schemas, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { Badge, type Tone } from '@/kit/Badge'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { Steps } from '../../rules/Steps'
import { useSay } from '../../rules/words'
import classes from '../../rules/Rules.module.css'
import { keys } from '../api'
import type { Rule } from '../types'
import { useThings } from './things'

type Firing = Schemas['FiringBody']
type Trial = Schemas['RuleTrialBody']

/** What a rule has done, newest first. */
export function LogTab({ rule }: { rule: Rule }) {
  const t = useT()
  const things = useThings()
  const pages = useInfiniteQuery({
    queryKey: [...keys.rules, rule.id, 'log'],
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/rules/{id}/firings', { params: { path: { id: rule.id }, query: { cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    staleTime: 0,
  })
  const all = pages.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section className={classes.log} aria-label={t('rules.log')}>
      {pages.isPending && <SkeletonRows rows={4} height="36px" />}
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && all.length === 0 && <Empty title={t('rules.nothing')} />}
      {all.map((f) => (
        <Fired key={f.id} of={f} badge={<Outcome of={f} />}>
          <Steps steps={f.steps} things={things} />
        </Fired>
      ))}
      {pages.hasNextPage && (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
    </section>
  )
}

const tones: Record<string, Tone> = { did: 'ok', nothing: 'neutral', failed: 'danger' }

/** The worst that came of the commands. */
function Outcome({ of }: { of: Firing }) {
  const t = useT()
  if (of.running) return <Badge tone="accent">{t('rules.running')}</Badge>
  const results = new Set(of.steps.map((s) => s.result))
  const worst = results.has('failed') ? 'failed' : results.has('did') ? 'did' : 'nothing'
  return <Badge tone={tones[worst]}>{t(`rules.result.${worst}`)}</Badge>
}

function Fired({ of, badge, title, children }: { of: Pick<Firing, 'event' | 'at' | 'conversation_id' | 'case_id'>; badge?: ReactNode; title?: string; children: ReactNode }) {
  const t = useT()
  const say = useSay()
  return (
    <details className={classes.fired}>
      <summary>
        {badge}
        <span className={classes.title}>{title ?? say.event(of.event)}</span>
        <span className={classes.hint}>
          <Ago at={of.at} />
        </span>
      </summary>
      {children}
      <p className={classes.hint}>
        {title && <>{say.event(of.event)} · </>}
        {of.conversation_id && (
          <Link to="/conversations/$id" params={{ id: of.conversation_id }}>
            {t('rules.conversation')}
          </Link>
        )}
        {of.case_id && (
          <Link to="/cases/$id" params={{ id: of.case_id }}>
            {t('rules.case')}
          </Link>
        )}
      </p>
    </details>
  )
}

/** What a rule would have done. */
export function TryTab({ rule }: { rule: Rule }) {
  const t = useT()
  const things = useThings()
  const trial = useMutation({ mutationFn: () => ok(api.POST('/api/v1/rule-trials', { body: { program: rule.program, ...(rule.brand_id && { brand_id: rule.brand_id }) } })) })
  const named = (one: Trial) => [one.customer, one.subject || t('rules.noSubject')].filter(Boolean).join(' · ')
  return (
    <section className={classes.log} aria-label={t('rules.try')}>
      <p className={classes.hint}>{t('rules.tryText')}</p>
      <div>
        <Button variant="default" leftSection={<FlaskConical size={14} />} loading={trial.isPending} onClick={() => trial.mutate()}>
          {t('rules.tryNow')}
        </Button>
      </div>
      {trial.isError && <ErrorState error={trial.error} onRetry={() => trial.mutate()} />}
      <p role="status">{trial.data && t('rules.tried', { count: trial.data.fired, looked: trial.data.conversations })}</p>
      {trial.data?.ahead && <AheadLine ahead={trial.data.ahead} />}
      {trial.data?.trials.map((one, i) => (
        <Fired key={i} of={one} title={named(one)}>
          <Steps steps={one.steps} things={things} ahead />
        </Fired>
      ))}
    </section>
  )
}

/** What switching on a rule that counts time would lead to. */
function AheadLine({ ahead: { at_once, later, more } }: { ahead: Schemas['AheadBody'] }) {
  const t = useT()
  return (
    <p role="status">
      {t('rules.aheadNow', { count: at_once })} {t('rules.aheadLater', { count: later })} {more && t('rules.aheadMore')}
    </p>
  )
}
