import { Button, NumberInput, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { Dialog } from '@/kit/overlays'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { type Hold, caseByNumber, keys, placeCaseHold, releaseHold, standingQuery } from './api'
import classes from './Privacy.module.css'

const longestReason = 500

/** Every hold that stands, on customers and on cases; holds on cases are placed here too. */
export function StandingHolds() {
  const t = useT()
  const asked = useInfiniteQuery(standingQuery)
  const [lifted, setLifted] = useState<Hold>()
  const holds = asked.data?.pages.flatMap((p) => p.items)
  return (
    <section className={classes.part}>
      <h2>{t('admin.privacy.standing')}</h2>
      {asked.isPending && <SkeletonRows plain rows={2} />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {holds?.length === 0 && <p className={classes.hint}>{t('admin.privacy.standingNone')}</p>}
      {holds !== undefined && holds.length > 0 && (
        <ul className={classes.items}>
          {holds.map((h) => (
            <li key={h.id}>
              <Ago at={h.placed_at} />
              <span className={classes.grow}>
                <HoldOf hold={h} /> <span className={classes.hint}>{h.reason}</span>
              </span>
              <Button size="xs" variant="default" aria-label={`${t('admin.privacy.release')}: ${h.title ?? ''}`} onClick={() => setLifted(h)}>
                {t('admin.privacy.release')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {asked.hasNextPage && (
        <Button variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
      <HoldCase />
      <Dialog opened={lifted !== undefined} onClose={() => setLifted(undefined)} title={t('admin.privacy.releaseOf', { title: lifted?.title ?? '' })}>
        {lifted && <Lift hold={lifted} onDone={() => setLifted(undefined)} />}
      </Dialog>
    </section>
  )
}

/** Of what a hold is, with the way there. */
export function HoldOf({ hold }: { hold: Hold }) {
  const t = useT()
  if (hold.case_id)
    return (
      <Link to="/cases/$id" params={{ id: hold.case_id }}>
        {t('admin.privacy.holdOn.case', { title: hold.title || hold.case_id })}
      </Link>
    )
  return (
    <Link to="/admin/privacy" search={{ open: hold.customer_id }}>
      {t('admin.privacy.holdOn.customer', { title: hold.title || (hold.customer_id ?? '') })}
    </Link>
  )
}

function Lift({ hold, onDone }: { hold: Hold; onDone: () => void }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const checks = useChecks()
  const form = useForm({
    initial: { reason: '' },
    validate: (v) => onlyErrors({ reason: checks.required(v.reason) }),
    submit: async ({ reason }) => {
      await releaseHold(hold.id, reason.trim())
      await cache.invalidateQueries({ queryKey: keys.root })
      toasts.show({ kind: 'done', text: t('admin.privacy.released') })
      onDone()
    },
  })
  const { error, ...reason } = form.text('reason')
  return (
    <form className={classes.row} onSubmit={form.onSubmit} noValidate>
      <TextInput className={classes.grow} data-autofocus label={t('admin.privacy.holdReason')} required maxLength={longestReason} {...reason} error={error ?? form.summary} />
      <Button type="submit" loading={form.busy}>
        {t('admin.privacy.release')}
      </Button>
    </form>
  )
}

function HoldCase() {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const checks = useChecks()
  const form = useForm<{ case_id: string | number; reason: string }>({
    initial: { case_id: '', reason: '' },
    validate: (v) => onlyErrors({ case_id: checks.required(String(v.case_id)), reason: checks.required(v.reason) }),
    submit: async ({ case_id, reason }) => {
      const found = await caseByNumber(Number(case_id))
      if (!found) {
        toasts.show({ kind: 'error', text: t('admin.privacy.noCase') })
        return
      }
      await placeCaseHold(found.id, reason.trim())
      await cache.invalidateQueries({ queryKey: keys.root })
      toasts.show({ kind: 'done', text: t('admin.privacy.placed') })
      form.set('case_id', '')
      form.set('reason', '')
    },
  })
  const { error, ...reason } = form.text('reason')
  return (
    <form className={classes.row} onSubmit={form.onSubmit} noValidate>
      <NumberInput className={classes.grow} name="case_id" label={t('admin.privacy.holdCase')} min={1} allowDecimal={false} hideControls required value={form.values.case_id} error={form.errorOf('case_id')} onChange={(v) => form.set('case_id', v)} />
      <TextInput className={classes.grow} label={t('admin.privacy.holdReason')} required maxLength={longestReason} {...reason} error={error ?? form.summary} />
      <Button type="submit" variant="default" loading={form.busy}>
        {t('admin.privacy.place')}
      </Button>
    </form>
  )
}
