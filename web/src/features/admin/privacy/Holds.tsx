import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { holdsQuery, keys, placeHold, releaseHold } from './api'
import classes from './Privacy.module.css'

/** Legal holds on a person: while one stands, nothing is removed. The reason field serves both acts. */
export function Holds({ customer }: { customer: string }) {
  const t = useT()
  const act = useAct()
  const asked = useQuery(holdsQuery(customer))
  const [reason, setReason] = useState('')
  const standing = asked.data?.items.find((h) => !h.released_at)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const commit = standing ? () => releaseHold(standing.id, reason.trim()) : () => placeHold(customer, reason.trim())
    if (await act({ done: t(standing ? 'admin.privacy.released' : 'admin.privacy.placed'), touches: [keys.of(customer)], commit })) setReason('')
  }
  return (
    <section className={classes.part}>
      <h2>{t('admin.privacy.holds')}</h2>
      {asked.isPending && <SkeletonRows plain rows={1} />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && <p className={classes.hint}>{t('admin.privacy.noHolds')}</p>}
      {asked.data !== undefined && asked.data.items.length > 0 && (
        <ul className={classes.items}>
          {asked.data.items.map((h) => (
            <li key={h.id}>
              <Ago at={h.placed_at} />
              <span className={classes.grow}>
                {h.reason}
                {h.released_at && <span className={classes.hint}> · {h.release_reason}</span>}
              </span>
              <span className={classes.hint}>{t(h.released_at ? 'admin.privacy.released' : 'admin.privacy.placed')}</span>
            </li>
          ))}
        </ul>
      )}
      {asked.data && (
        <form className={classes.row} onSubmit={(e) => void submit(e)}>
          <TextInput className={classes.grow} label={t('admin.privacy.holdReason')} required maxLength={500} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
          <Button type="submit" variant="default" disabled={reason.trim() === ''}>
            {t(standing ? 'admin.privacy.release' : 'admin.privacy.place')}
          </Button>
        </form>
      )}
    </section>
  )
}
