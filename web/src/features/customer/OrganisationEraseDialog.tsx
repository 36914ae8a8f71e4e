import { Alert, Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShieldAlert } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { Dialog } from '@/kit/overlays'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { CertificateOf } from './OrganisationCertificates'
import { type Organisation, organisationErasureQuery, organisationKey } from './story'
import classes from './CustomerPage.module.css'

interface Props {
  organisation: Organisation
  onClose: () => void
}

const longestReason = 500

/** Removes all that is known of an organisation, after a look at what that means. */
export function OrganisationEraseDialog(props: Props) {
  const t = useT()
  const cache = useQueryClient()
  // The page behind shows what has gone only now: it would take the dialog away with it.
  const close = () => {
    for (const queryKey of [organisationKey(props.organisation.id), ['organisations'], ['customer']]) void cache.invalidateQueries({ queryKey })
    props.onClose()
  }
  return (
    <Dialog opened onClose={close} title={t('customers.organisation.erase.title', { name: props.organisation.name })} size={520}>
      <Body organisation={props.organisation} onClose={close} />
    </Dialog>
  )
}

function Body({ organisation: o, onClose }: Props) {
  const t = useT()
  const checks = useChecks()
  const [done, setDone] = useState<{ erasure: string; partly: boolean }>()
  const asked = useQuery({ ...organisationErasureQuery(o.id), enabled: !done })
  const form = useForm({
    initial: { reason: '', name: '' },
    validate: (v) => onlyErrors({ reason: checks.required(v.reason), name: v.name.trim() === o.name ? undefined : t('customers.organisation.erase.nameDiffers') }),
    submit: async ({ reason }) => {
      const gone = await ok(api.POST('/api/v1/organisations/{id}/erasure', { params: { path: { id: o.id } }, body: { reason: reason.trim() } }))
      setDone({ erasure: gone.erasure_id, partly: gone.left.length > 0 })
    },
  })
  if (done)
    return (
      <div className={classes.form}>
        <p role="status">{t(done.partly ? 'customers.organisation.erase.leftText' : 'customers.organisation.erase.doneText')}</p>
        <div className={classes.ends}>
          <CertificateOf erasure={done.erasure} />
          <Button onClick={onClose} data-autofocus>
            {t('act.close')}
          </Button>
        </div>
      </div>
    )
  if (asked.isError && !asked.data) return <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />
  if (!asked.data) return <SkeletonRows plain rows={3} />
  const { people, joined, holds, held } = asked.data
  return (
    <form className={classes.form} onSubmit={form.onSubmit} noValidate>
      <p>{t('customers.organisation.erase.text')}</p>
      <ul>
        <li>{t('customers.organisation.erase.people', { count: people })}</li>
        {joined > 0 && <li>{t('customers.organisation.erase.joined', { count: joined })}</li>}
      </ul>
      {holds.length > 0 && (
        <Alert color="danger" icon={<ShieldAlert size={18} aria-hidden />}>
          <p>{t(held ? 'customers.organisation.erase.held' : 'customers.organisation.erase.partly')}</p>
          <ul>
            {holds.map((h) => (
              <li key={h.id}>
                {h.case_id ? (
                  <Link to="/cases/$id" params={{ id: h.case_id }} search={{}}>
                    {h.title || h.case_id}
                  </Link>
                ) : (
                  <Link to="/customers/$id" params={{ id: h.customer_id ?? '' }} search={{}}>
                    {h.title || h.customer_id}
                  </Link>
                )}
                : {h.reason}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {!held && (
        <>
          <TextInput {...form.text('reason')} data-autofocus label={t('customers.organisation.erase.reason')} description={t('customers.organisation.erase.reasonHelp')} required maxLength={longestReason} />
          <TextInput {...form.text('name')} label={t('confirm.typeName', { name: o.name })} required autoComplete="off" />
        </>
      )}
      {form.summary && (
        <p className={classes.wrong} role="alert">
          {form.summary}
        </p>
      )}
      <div className={classes.ends}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        {!held && (
          <Button type="submit" color="danger" loading={form.busy}>
            {t('customers.organisation.erase.act')}
          </Button>
        )}
      </div>
    </form>
  )
}
