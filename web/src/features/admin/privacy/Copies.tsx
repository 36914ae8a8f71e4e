import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { Ago, formatFull } from '@/lib/time'
import { useAct } from '@/kit/act'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { type PersonExport, copiesQuery, keys, startCopy } from './api'
import classes from './Privacy.module.css'

/** Copies of everything that is kept about a person. */
export function Copies({ customer }: { customer: string }) {
  const t = useT()
  const act = useAct()
  const asked = useQuery(copiesQuery(customer))
  const make = () => act({ done: t('admin.privacy.copyBegun'), touches: [keys.copies(customer)], commit: () => startCopy(customer) })
  return (
    <section className={classes.part}>
      <div className={classes.row}>
        <h2 className={classes.grow}>{t('admin.privacy.copy')}</h2>
        <Button variant="default" onClick={() => void make()}>
          {t('admin.privacy.makeCopy')}
        </Button>
      </div>
      {asked.isPending && <SkeletonRows plain rows={2} />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && <p className={classes.hint}>{t('admin.privacy.noCopy')}</p>}
      {asked.data !== undefined && asked.data.items.length > 0 && (
        <ul className={classes.items}>
          {asked.data.items.map((e) => (
            <Copy key={e.id} copy={e} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Copy({ copy }: { copy: PersonExport }) {
  const t = useT()
  return (
    <li>
      <Ago at={copy.made_at} />
      <span className={classes.grow}>{t(`admin.privacy.copyState.${copy.state}`, { percent: copy.progress, until: copy.expires_at ? formatFull(copy.expires_at, t.language) : '' })}</span>
      {copy.state === 'done' && (
        <Button component="a" size="xs" variant="default" leftSection={<Download size={14} />} href={`/api/v1/person-exports/${copy.id}/archive`} download>
          {t('admin.privacy.fetch')}
        </Button>
      )}
    </li>
  )
}
