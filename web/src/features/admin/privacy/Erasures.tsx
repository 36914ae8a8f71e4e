import { Alert, Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { ConfirmByName } from '@/kit/ConfirmByName'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { type Erasure, type Hold, type Left, erasuresQuery, keys, previewQuery, startErasure } from './api'
import { HoldOf } from './StandingHolds'
import classes from './Privacy.module.css'

const classNames = ['identity', 'messages', 'files', 'mails', 'visits', 'cases', 'opinions', 'logs', 'organisations', 'people', 'blobs'] as const

/** What an erasure would take and leave, the erasures that were, and their certificates. */
export function Erasures({ customer, name }: { customer: string; name: string }) {
  const t = useT()
  const act = useAct()
  const asked = useQuery(previewQuery(customer))
  const past = useQuery(erasuresQuery(customer))
  const [reference, setReference] = useState('')
  const [asking, setAsking] = useState(false)
  const preview = asked.data
  const begin = () => act({ done: t('admin.privacy.eraseBegun'), touches: [keys.of(customer)], commit: () => startErasure(customer, reference.trim()) })
  return (
    <section className={classes.part}>
      <h2>{t('admin.privacy.erase')}</h2>
      {asked.isPending && <SkeletonRows plain rows={4} />}
      {asked.isError && !preview && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {preview?.held && <Alert color="danger">{t('admin.privacy.held')}</Alert>}
      {preview && (
        <>
          <HeldBy holds={preview.holds} />
          <h3>{t('admin.privacy.goes')}</h3>
          <Counts counts={preview.counts} />
          <h3>{t('admin.privacy.left')}</h3>
          <Stays left={preview.left} />
          <div className={classes.row}>
            <TextInput className={classes.grow} label={t('admin.privacy.reference')} description={t('admin.privacy.referenceHelp')} maxLength={500} value={reference} onChange={(e) => setReference(e.currentTarget.value)} />
            <Button color="danger" disabled={preview.held || preview.running} onClick={() => setAsking(true)}>
              {t('admin.privacy.eraseNow')}
            </Button>
          </div>
          <ConfirmByName open={asking} onClose={() => setAsking(false)} text={t('admin.privacy.eraseAsk')} name={name} action={t('admin.privacy.eraseNow')} onConfirm={begin} />
        </>
      )}
      {past.data !== undefined && past.data.items.length > 0 && (
        <>
          <h3>{t('admin.privacy.erasures')}</h3>
          <ul className={classes.items}>
            {past.data.items.map((e) => (
              <Past key={e.id} erasure={e} />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** The holds by which something stays, each with its reason. */
function HeldBy({ holds }: { holds: readonly Hold[] }) {
  const t = useT()
  if (holds.length === 0) return null
  return (
    <>
      <h3>{t('admin.privacy.heldBy')}</h3>
      <ul className={classes.items}>
        {holds.map((h) => (
          <li key={h.id}>
            <Ago at={h.placed_at} />
            <span className={classes.grow}>
              <HoldOf hold={h} /> <span className={classes.hint}>{h.reason}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

/** What goes, by classes. */
export function Counts({ counts }: { counts: Record<string, number> }) {
  const t = useT()
  return (
    <table className={`${classes.table} ${classes.counts}`}>
      <tbody>
        {classNames
          .filter((c) => (counts[c] ?? 0) > 0)
          .map((c) => (
            <tr key={c}>
              <th scope="row">{t(`admin.privacy.class.${c}`)}</th>
              <td>{counts[c]}</td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}

/** What stays, and why. */
export function Stays({ left }: { left: readonly Left[] }) {
  const t = useT()
  if (left.length === 0) return <p className={classes.hint}>{t('admin.privacy.leftNone')}</p>
  return (
    <ul className={classes.items}>
      {left.map((l) => (
        <li key={l.kind + l.id}>
          <span className={classes.grow}>
            {t(`admin.privacy.kind.${l.kind}`)} <span className={classes.hint}>{l.detail ?? l.id}</span>
          </span>
          <span>{t(`admin.privacy.reason.${l.reason}`)}</span>
        </li>
      ))}
    </ul>
  )
}

function Past({ erasure }: { erasure: Erasure }) {
  const t = useT()
  return (
    <li>
      <Ago at={erasure.made_at} />
      <span className={classes.grow}>
        {t(`admin.privacy.erasureState.${erasure.state}`)} {erasure.reference && <span className={classes.hint}>{erasure.reference}</span>}
      </span>
      {erasure.state === 'done' && (
        <Button component="a" size="xs" variant="default" leftSection={<Download size={14} />} href={`/api/v1/erasures/${erasure.id}/certificate`} download>
          {t('admin.privacy.certificate')}
        </Button>
      )}
    </li>
  )
}
