import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { Problem } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Avatar } from '@/kit/Avatar'
import { Page } from '@/kit/Page'
import { personQuery } from './api'
import { CheckCertificate } from './CheckCertificate'
import { Copies } from './Copies'
import { Erasures } from './Erasures'
import { FindCustomer } from './FindCustomer'
import { Holds } from './Holds'
import { StandingHolds } from './StandingHolds'
import classes from './Privacy.module.css'

/** A person's own data: a copy of everything, its erasure, legal holds. */
export function PrivacyPage() {
  const t = useT()
  const customer = useSearch({ strict: false }).open
  const may = { hold: useCan('hold.edit'), erase: useCan('customer.erase') }
  return (
    <Page title={t('admin.privacy.title')}>
      <div className={classes.page}>
        <p className={classes.intro}>{t('admin.privacy.intro')}</p>
        {customer ? <Person key={customer} customer={customer} /> : <FindCustomer />}
        {!customer && may.hold && <StandingHolds />}
        {!customer && may.erase && <CheckCertificate />}
      </div>
    </Page>
  )
}

/** Whose data it is, and all that can be done about it. */
function Person({ customer }: { customer: string }) {
  const t = useT()
  const may = { copy: useCan('customer.export'), erase: useCan('customer.erase'), hold: useCan('hold.edit') }
  const navigate = useNavigate()
  const { data, error } = useQuery(personQuery(customer))
  const gone = error instanceof Problem && error.status === 404
  const name = data?.name || (data ? t('customers.unnamed') : customer)
  return (
    <>
      <div className={classes.person}>
        <Avatar name={data?.name || '?'} size={36} />
        <div className={classes.grow}>
          <strong>
            <Link to="/customers/$id" params={{ id: customer }} search={{}}>
              {name}
            </Link>
          </strong>
          {data && <div className={classes.hint}>{[data.email, data.phone, data.company].filter(Boolean).join(' · ')}</div>}
        </div>
        <Button variant="default" leftSection={<Search size={15} aria-hidden />} onClick={() => void navigate({ to: '/admin/privacy' })}>
          {t('admin.privacy.another')}
        </Button>
      </div>
      {gone && (
        <p className={classes.hint} role="alert">
          {t('admin.privacy.gone')}
        </p>
      )}
      {!gone && may.hold && <Holds customer={customer} />}
      {!gone && may.copy && <Copies customer={customer} />}
      {!gone && may.erase && <Erasures customer={customer} name={data?.name || customer} />}
    </>
  )
}
