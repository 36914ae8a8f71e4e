import { CircleAlert, Clock } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useSession } from '@/lib/session'
import { Plain } from '@/kit/Plain'
import type { Put, Shown } from '../entries'
import { Hour } from '../Hour'
import type { Detail, Entry } from '../types'
import { useEntryActs } from './useEntryActs'
import classes from './Changes.module.css'

/** The place of a message that was taken back. Who may still read one of ours can have it shown. */
export function Deleted({ entry }: { entry: Shown }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const ours = entry.author !== 'customer'
  return (
    <div className={classes.deleted}>
      <p>
        {t(ours ? 'desk.entry.deleted' : 'desk.timeline.deleted')}
        {ours && entry.text !== '' && (
          <button type="button" className={classes.link} aria-expanded={open} onClick={() => setOpen(!open)}>
            {t(open ? 'desk.entry.hideText' : 'desk.entry.showText')}
          </button>
        )}
      </p>
      {open && (
        <div className={classes.kept} dir="auto">
          <Plain text={entry.text} />
        </div>
      )}
    </div>
  )
}

interface EditedProps {
  open: boolean
  onToggle: () => void
}

/** Says that a message was changed, and has it shown what it said before. */
export function EditedMark({ open, onToggle }: EditedProps) {
  const t = useT()
  return (
    <span>
      <button type="button" className={classes.edited} aria-expanded={open} onClick={onToggle}>
        {t('desk.timeline.edited')}
      </button>
    </span>
  )
}

/** What a message said before, the oldest first. */
export function History({ entry, brand }: { entry: Shown; brand: string }) {
  const t = useT()
  return (
    <div className={classes.history} role="group" aria-label={t('desk.entry.history')}>
      {entry.history?.map((version, i) => (
        <p key={i} className={classes.version}>
          <Hour at={version.at} brand={brand} />{' '}
          <del dir="auto">
            <Plain text={version.text} />
          </del>
        </p>
      ))}
    </div>
  )
}

/** Who reacted with what. */
export function Reactions({ items, customer }: { items: readonly Put[] | undefined; customer: string }) {
  const t = useT()
  const me = useSession()?.user.id
  if (!items?.length) return null
  const nameOf = (r: Put) => (r.author === 'customer' ? customer : r.user?.id !== undefined && r.user.id === me ? t('desk.entry.you') : (r.user?.name ?? t('desk.timeline.us')))
  return (
    <ul className={classes.reactions} aria-label={t('desk.entry.reactions')}>
      {items.map((r, i) => (
        <li key={i}>
          <span className={classes.put}>{r.text}</span> {nameOf(r)}
        </li>
      ))}
    </ul>
  )
}

/** How a change of ours fares that has not arrived for sure, and what one may do about it. */
export function ChangeState({ entry, change, detail }: { entry: Shown; change: Entry; detail: Detail }) {
  const t = useT()
  const does = useEntryActs(detail, entry)
  const [busy, setBusy] = useState(false)
  const state = change.delivery?.state
  const kind = change.kind as 'edit' | 'deletion' | 'reaction' | 'like' | 'hiding' | 'blocking'
  const run = async (act: Promise<boolean>) => {
    setBusy(true)
    await act
    setBusy(false)
  }
  const choice = (label: string, act: () => Promise<boolean>) => (
    <button type="button" className={classes.link} disabled={busy} onClick={() => void run(act())}>
      {label}
    </button>
  )
  if (state === 'queued' || state === 'sending') {
    return (
      <p className={classes.state}>
        <Clock size={13} aria-hidden /> {t(`desk.entry.under.${kind}`)}
        {state === 'queued' && choice(t('desk.entry.takeBack'), () => does.cancel(change))}
      </p>
    )
  }
  const reason = change.delivery?.reason
  return (
    <p className={classes.state} data-state={state} role="alert">
      <CircleAlert size={13} aria-hidden />
      <span>
        {t(state === 'failed' ? `desk.entry.failed.${kind}` : `desk.entry.unsure.${kind}`)}
        {reason && `: ${t.maybe(`error.${reason}`) ?? reason}`}
      </span>
      {choice(t('act.retry'), () => does.decide(change, 'again'))}
      {state === 'ambiguous' && choice(t('desk.entry.arrived'), () => does.decide(change, 'arrived'))}
    </p>
  )
}
