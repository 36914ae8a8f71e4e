import { Alert, Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { useAct } from '@/kit/act'
import { useForm } from '@/kit/form'
import { Page } from '@/kit/Page'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { keys } from '../api'
import { changed } from '../parts/collection'
import { InWords } from './InWords'
import { LoadsTable } from './LoadsTable'
import { InterruptsTable } from './InterruptsTable'
import { type Mix, mixBody, mixInput, workMixQuery } from './mix'
import classes from './WorkMix.module.css'

/** What agents work on beside each other: units by class of channel, the most at a time, and what may interrupt what. */
export function WorkMixPage() {
  const t = useT()
  const asked = useQuery(workMixQuery)
  return (
    <Page title={t('admin.work.title')}>
      {asked.isPending && <SkeletonRows plain rows={6} height="44px" />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data && <MixForm key={JSON.stringify(asked.data)} mix={asked.data} />}
    </Page>
  )
}

const patch = (body: Partial<Mix>) => ok(api.PATCH('/api/v1/work-mix', { body }))

function MixForm({ mix }: { mix: Mix }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const disabled = !useCan('queue.edit')
  const initial = mixInput(mix)
  const form = useForm({
    initial,
    submit: async (values) => {
      cache.setQueryData(keys.workMix, await patch(changed(mixBody(values), mixBody(initial))))
      toasts.show({ kind: 'done', text: t('admin.work.saved') })
    },
  })
  const { values, set, errorOf } = form
  return (
    <form className={classes.form} onSubmit={form.onSubmit} noValidate>
      <p className={classes.intro}>{t('admin.work.intro')}</p>
      {form.summary && (
        <Alert color="danger" role="alert">
          {form.summary}
        </Alert>
      )}
      <div className={classes.parts}>
        <div className={classes.tables}>
          <LoadsTable mix={values} errorOf={errorOf} disabled={disabled} onLoads={(loads) => set('loads', loads)} onLimits={(limits) => set('limits', limits)} />
          <InterruptsTable value={values.interrupts} disabled={disabled} onChange={(interrupts) => set('interrupts', interrupts)} />
          {!disabled && (
            <div className={classes.acts}>
              <Button type="submit" loading={form.busy} disabled={!form.dirty}>
                {t('act.save')}
              </Button>
              <Reset mix={mix} />
            </div>
          )}
        </div>
        <InWords mix={values} />
      </div>
    </form>
  )
}

/** Brings back the standard, and by undo what was there before it. */
function Reset({ mix }: { mix: Mix }) {
  const t = useT()
  const act = useAct()
  const cache = useQueryClient()
  const bring = async (body: Mix) => cache.setQueryData(keys.workMix, await patch(body))
  const reset = () => act({ done: t('admin.work.isStandard'), touches: [keys.workMix], commit: () => bring({ loads: {}, limits: {}, interrupts: {} }), undo: () => bring(mix) })
  return (
    <Button variant="default" onClick={() => void reset()}>
      {t('admin.work.standard')}
    </Button>
  )
}
