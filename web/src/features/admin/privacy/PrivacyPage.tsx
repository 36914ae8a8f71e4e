import { Button, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Page } from '@/kit/Page'
import { CheckCertificate } from './CheckCertificate'
import { Copies } from './Copies'
import { Erasures } from './Erasures'
import { Holds } from './Holds'
import { StandingHolds } from './StandingHolds'
import classes from './Privacy.module.css'

/** A person's own data: a copy of everything, its erasure, legal holds. */
export function PrivacyPage() {
  const t = useT()
  const customer = useSearch({ strict: false }).open
  const may = { copy: useCan('customer.export'), erase: useCan('customer.erase'), hold: useCan('hold.edit') }
  return (
    <Page title={t('admin.privacy.title')}>
      <div className={classes.page}>
        <p className={classes.intro}>{t('admin.privacy.intro')}</p>
        <Whose key={customer} customer={customer ?? ''} />
        {!customer && may.hold && <StandingHolds />}
        {!customer && may.erase && <CheckCertificate />}
        {customer && may.hold && <Holds customer={customer} />}
        {customer && may.copy && <Copies customer={customer} />}
        {customer && may.erase && <Erasures customer={customer} />}
      </div>
    </Page>
  )
}

function Whose({ customer }: { customer: string }) {
  const t = useT()
  const navigate = useNavigate()
  const [key, setKey] = useState(customer)
  const open = (event: FormEvent) => {
    event.preventDefault()
    void navigate({ to: '/admin/privacy', search: { open: key.trim() || undefined } })
  }
  return (
    <form className={classes.row} onSubmit={open}>
      <TextInput className={classes.grow} label={t('admin.privacy.customer')} inputMode="numeric" value={key} onChange={(e) => setKey(e.currentTarget.value)} />
      <Button type="submit" variant="default" disabled={key.trim() === ''}>
        {t('admin.privacy.open')}
      </Button>
    </form>
  )
}
