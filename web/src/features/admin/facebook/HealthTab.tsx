import { Button } from '@mantine/core'
import { Download, Stethoscope } from 'lucide-react'
import { useState } from 'react'
import { type Schemas, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { Badge } from '@/kit/Badge'
import { keys } from '../api'
import type { FacebookPage } from '../types'
import classes from '../channels/Channels.module.css'
import own from './Pages.module.css'

type Trial = Schemas['FacebookTrialBody']

/** Tries everything that a page needs, and fetches what was not posted to us. */
export function HealthTab({ page }: { page: FacebookPage }) {
  const t = useT()
  const act = useAct()
  const [trials, setTrials] = useState<readonly Trial[]>()
  const [fetched, setFetched] = useState<number>()
  const [busy, setBusy] = useState<'test' | 'fetch'>()
  const path = { params: { path: { id: page.id } } }
  const test = async () => {
    setBusy('test')
    await act({ done: t('admin.facebook.tested'), touches: [keys.facebookPages], commit: async () => setTrials((await ok(api.POST('/api/v1/facebook-pages/{id}/test', path))).items ?? []) })
    setBusy(undefined)
  }
  const fetchMissed = async () => {
    setBusy('fetch')
    await act({ done: t('admin.facebook.fetched'), touches: [keys.facebookPages], commit: async () => setFetched((await ok(api.POST('/api/v1/facebook-pages/{id}/catch-up', path))).fresh) })
    setBusy(undefined)
  }
  return (
    <section className={classes.stack} aria-label={t('admin.facebook.health')}>
      <div className={classes.row}>
        <Button variant="default" leftSection={<Stethoscope size={14} />} loading={busy === 'test'} disabled={busy === 'fetch'} onClick={() => void test()}>
          {t('admin.facebook.test')}
        </Button>
        <Button variant="subtle" leftSection={<Download size={14} />} loading={busy === 'fetch'} disabled={busy === 'test'} onClick={() => void fetchMissed()}>
          {t('admin.facebook.fetch')}
        </Button>
        {page.checked_at && (
          <span className={classes.hint}>
            {t('admin.facebook.checked')} <Ago at={page.checked_at} />
          </span>
        )}
      </div>
      <div role="status" className={classes.stack}>
        {fetched !== undefined && <p>{t('admin.facebook.fresh', { count: fetched })}</p>}
        {trials && (
          <ul className={own.trials}>
            {trials.map((trial) => (
              <Line key={trial.step} trial={trial} />
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}

/** One step: whether it is well, and what lacks. */
function Line({ trial }: { trial: Trial }) {
  const t = useT()
  return (
    <li>
      <div className={classes.row}>
        <Badge tone={trial.ok ? 'ok' : trial.step === 'address' ? 'warn' : 'danger'}>{t(trial.ok ? 'admin.facebook.good' : 'admin.facebook.bad')}</Badge>
        <span>{t(`admin.facebook.step.${trial.step}`)}</span>
      </div>
      {trial.code && <p>{t.maybe(`error.${trial.code}`) ?? trial.code}</p>}
      {(trial.missing ?? []).length > 0 && <code className={classes.words}>{(trial.missing ?? []).join(', ')}</code>}
      {trial.words && <code className={classes.words}>{trial.words}</code>}
    </li>
  )
}
