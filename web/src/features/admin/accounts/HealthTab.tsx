import { Button } from '@mantine/core'
import { Download, Stethoscope } from 'lucide-react'
import { useState } from 'react'
import { type Schemas, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { Badge } from '@/kit/Badge'
import { keys } from '../api'
import type { ChannelAccount } from '../types'
import classes from '../channels/Channels.module.css'
import { textOf } from './form'
import own from './Accounts.module.css'

type Trial = Schemas['ChannelTrialBody']

/** Tries everything that an account needs, and fetches what was not posted to us where its channel can. */
export function HealthTab({ account, fetches }: { account: ChannelAccount; fetches: boolean }) {
  const t = useT()
  const act = useAct()
  const [trials, setTrials] = useState<readonly Trial[]>()
  const [fetched, setFetched] = useState<number>()
  const [busy, setBusy] = useState<'test' | 'fetch'>()
  const path = { params: { path: { id: account.id } } }
  const test = async () => {
    setBusy('test')
    await act({ done: t('admin.account.tested'), touches: [keys.channelAccounts], commit: async () => setTrials((await ok(api.POST('/api/v1/channel-accounts/{id}/test', path))).items) })
    setBusy(undefined)
  }
  const fetchMissed = async () => {
    setBusy('fetch')
    await act({ done: t('admin.account.fetched'), touches: [keys.channelAccounts], commit: async () => setFetched((await ok(api.POST('/api/v1/channel-accounts/{id}/catch-up', path))).fresh) })
    setBusy(undefined)
  }
  return (
    <section className={classes.stack} aria-label={t('admin.account.health')}>
      <div className={classes.row}>
        <Button variant="default" leftSection={<Stethoscope size={14} />} loading={busy === 'test'} disabled={busy === 'fetch'} onClick={() => void test()}>
          {t('admin.account.test')}
        </Button>
        {fetches && (
          <Button variant="subtle" leftSection={<Download size={14} />} loading={busy === 'fetch'} disabled={busy === 'test'} onClick={() => void fetchMissed()}>
            {t('admin.account.fetch')}
          </Button>
        )}
        {account.checked_at && (
          <span className={classes.hint}>
            {t('admin.account.checked')} <Ago at={account.checked_at} />
          </span>
        )}
      </div>
      <div role="status" className={classes.stack}>
        {fetched !== undefined && <p>{t('admin.account.fresh', { count: fetched })}</p>}
        {trials && (
          <ul className={own.trials}>
            {trials.map((trial) => (
              <Line key={trial.step} channel={account.channel} trial={trial} />
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}

/** One step: whether it is well, and what lacks. */
function Line({ channel, trial }: { channel: string; trial: Trial }) {
  const t = useT()
  return (
    <li>
      <div className={classes.row}>
        <Badge tone={trial.ok ? 'ok' : trial.aside ? 'warn' : 'danger'}>{t(trial.ok ? 'admin.account.good' : 'admin.account.bad')}</Badge>
        <span>{t(trial.step === 'access' ? 'admin.account.try.access' : textOf(channel, `try.${trial.step}`))}</span>
      </div>
      {trial.code && <p>{t.maybe(`error.${trial.code}`) ?? trial.code}</p>}
      {trial.values.length > 0 && <code className={classes.words}>{trial.values.join(', ')}</code>}
      {trial.words && <code className={classes.words}>{trial.words}</code>}
    </li>
  )
}
