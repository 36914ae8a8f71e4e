import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Ago } from '@/lib/time'
import { organisationErasuresQuery } from './story'
import classes from './CustomerPage.module.css'

/** What proves that an organisation was erased, for those who may erase. */
export function OrganisationCertificates({ id }: { id: string }) {
  const t = useT()
  const may = useCan('customer.erase', 'brand')
  const asked = useQuery({ ...organisationErasuresQuery(id), enabled: may })
  const all = asked.data ?? []
  if (all.length === 0) return null
  return (
    <ul className={classes.list} aria-label={t('customers.organisation.certificates')}>
      {all.map((e) => (
        <li key={e.id} className={classes.row}>
          <span className={classes.grow}>
            <Ago at={e.made_at} />
          </span>
          <CertificateOf erasure={e.id} />
        </li>
      ))}
    </ul>
  )
}

/** Hands out the certificate of an erasure. */
export function CertificateOf({ erasure }: { erasure: string }) {
  const t = useT()
  return (
    <Button component="a" size="xs" variant="default" leftSection={<Download size={14} aria-hidden />} href={`/api/v1/erasures/${erasure}/certificate`} download>
      {t('customers.organisation.certificate')}
    </Button>
  )
}
