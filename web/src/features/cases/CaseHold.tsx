import { Button, Group, TextInput } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { Scale } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Ago } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { Dialog } from '@/kit/overlays'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { keys } from './caches'
import classes from './Case.module.css'

const longestReason = 500

const holdsQuery = (id: string) =>
  queryOptions({ staleTime: 0, queryKey: [...keys.one(id), 'holds'], queryFn: async () => (await ok(api.GET('/api/v1/holds', { params: { query: { case: id, limit: 20 } } }))).items })

/** Says in the head of a case that it is on hold, to who may know it. */
export function HoldMark({ id }: { id: string }) {
  const t = useT()
  const may = useCan('hold.edit', 'brand')
  const held = useQuery({ ...holdsQuery(id), enabled: may }).data?.some((h) => !h.released_at)
  if (!held) return null
  return (
    <Badge tone="warn" icon={<Scale size={12} aria-hidden />}>
      {t('cases.hold')}
    </Badge>
  )
}

/** The legal hold on a case, placed and lifted with a reason by who may. */
export function CaseHold({ id }: { id: string }) {
  const t = useT()
  const may = useCan('hold.edit', 'brand')
  const asked = useQuery({ ...holdsQuery(id), enabled: may })
  const [asking, setAsking] = useState(false)
  if (!may) return null
  const standing = asked.data?.find((h) => !h.released_at)
  const earlier = asked.data?.filter((h) => h.released_at) ?? []
  return (
    <section className={classes.section} aria-label={t('cases.hold')}>
      <div className={classes.sectionHead}>
        <h3>{t('cases.hold')}</h3>
        {asked.data && (
          <Button size="compact-xs" variant="subtle" leftSection={<Scale size={14} aria-hidden />} onClick={() => setAsking(true)}>
            {t(standing ? 'cases.hold.release' : 'cases.hold.place')}
          </Button>
        )}
      </div>
      {asked.isPending && <SkeletonRows plain rows={1} />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data && !standing && <p className={classes.faint}>{t('cases.hold.none')}</p>}
      {standing && (
        <p>
          {t('cases.hold.standing')} <span className={classes.holdReason}>{standing.reason}</span>{' '}
          <span className={classes.faint}>
            <Ago at={standing.placed_at} />
          </span>
        </p>
      )}
      {earlier.map((h) => (
        <p key={h.id} className={`${classes.faint} ${classes.holdReason}`}>
          {t('cases.hold.earlier', { reason: h.reason, release: h.release_reason ?? '' })}
        </p>
      ))}
      <Dialog opened={asking} onClose={() => setAsking(false)} title={t(standing ? 'cases.hold.release' : 'cases.hold.place')}>
        <Ask id={id} standing={standing?.id} onDone={() => setAsking(false)} />
      </Dialog>
    </section>
  )
}

function Ask({ id, standing, onDone }: { id: string; standing: string | undefined; onDone: () => void }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const checks = useChecks()
  const form = useForm({
    initial: { reason: '' },
    validate: (v) => onlyErrors({ reason: checks.required(v.reason) }),
    submit: async ({ reason }) => {
      const said = { reason: reason.trim() }
      if (standing) await ok(api.POST('/api/v1/holds/{id}/release', { params: { path: { id: standing } }, body: said }))
      else await ok(api.POST('/api/v1/holds', { body: { case_id: id, ...said } }))
      await cache.invalidateQueries({ queryKey: holdsQuery(id).queryKey })
      toasts.show({ kind: 'done', text: t(standing ? 'cases.hold.released' : 'cases.hold.placed') })
      onDone()
    },
  })
  const { error, ...reason } = form.text('reason')
  return (
    <form onSubmit={form.onSubmit} noValidate>
      <TextInput data-autofocus label={t('cases.hold.reason')} required maxLength={longestReason} {...reason} error={error ?? form.summary} />
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onDone}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" loading={form.busy}>
          {t(standing ? 'cases.hold.release' : 'cases.hold.place')}
        </Button>
      </Group>
    </form>
  )
}
