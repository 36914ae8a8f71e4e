import { Button, Loader } from '@mantine/core'
import { CircleAlert, CircleCheck, PlugZap } from 'lucide-react'
import { useState } from 'react'
import { type Schemas, api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { type MailboxInput, typedSecrets } from './form'
import classes from './Mailboxes.module.css'

type Trial = Schemas['TrialBody']

/** Calls the servers in both directions and says in words how it went. */
export function TryOut({ values, disabled }: { values: MailboxInput; disabled: boolean }) {
  const t = useT()
  const [trials, setTrials] = useState<readonly Trial[]>()
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const { id, address, settings, secrets } = values
  const run = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      setTrials((await ok(api.POST('/api/v1/mailboxes/try', { body: { mailbox_id: id || undefined, address: address.trim(), settings, secrets: typedSecrets(secrets) } }))).items)
    } catch (error) {
      setTrials(undefined)
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className={classes.tryOut} aria-label={t('admin.mailboxes.try')}>
      <Button variant="default" leftSection={<PlugZap size={15} />} loading={busy} disabled={disabled || address.trim() === '' || settings.imap.host === '' || settings.smtp.host === ''} onClick={() => void run()}>
        {t('admin.mailboxes.try')}
      </Button>
      <div role="status" className={classes.trials}>
        {busy && (
          <p>
            <Loader size={14} /> {t('admin.mailboxes.trying')}
          </p>
        )}
        {!busy && failure !== undefined && (
          <p data-failed>
            <CircleAlert size={15} aria-hidden /> {problemText(t, failure)}
          </p>
        )}
        {!busy && trials?.map((trial) => <Result key={trial.direction} trial={trial} />)}
      </div>
    </section>
  )
}

function Result({ trial }: { trial: Trial }) {
  const t = useT()
  const direction = t(`admin.mailboxes.direction.${trial.direction}`)
  if (trial.ok) {
    return (
      <p>
        <CircleCheck size={15} aria-hidden /> {t('admin.mailboxes.works', { direction })}
      </p>
    )
  }
  return (
    <p data-failed>
      <CircleAlert size={15} aria-hidden />
      <span>
        {t('admin.mailboxes.fails', { direction, reason: (trial.code && t.maybe(`error.${trial.code}`)) || trial.code || '' })}
        {trial.words && <q className={classes.words}>{trial.words}</q>}
      </span>
    </p>
  )
}
