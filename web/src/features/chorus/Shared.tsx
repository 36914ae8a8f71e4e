import { Link } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import type { Chorus } from './api'
import classes from './Chorus.module.css'

/** From so many on the server does not count any more. */
const most = 1000

/** How many wait, and what they share: words, a topic or an outage. Where it is `still`, it leads nowhere. */
export function Shared({ chorus, still }: { chorus: Chorus; still?: boolean }) {
  const t = useT()
  const count = chorus.waiting
  return (
    <>
      <strong dir="auto">{sharedText(t, chorus)}</strong>
      {chorus.case && !still && (
        <Link to="/cases/$id" params={{ id: chorus.case.id }} search={{}} className={classes.link}>
          {t('chorus.toCase', { number: chorus.case.number })}
        </Link>
      )}
      {count >= most && <span className={classes.faint}>{t('chorus.full', { most })}</span>}
    </>
  )
}

function sharedText(t: ReturnType<typeof useT>, { kind, waiting: count, topic, case: outage }: Chorus): string {
  if (kind === 'topic') return t('chorus.topic', { count, topic: topic ?? '' })
  if (kind !== 'outage') return t('chorus.similar', { count })
  return outage ? t('chorus.outage', { count, subject: outage.subject }) : t('chorus.outage.unnamed', { count })
}
