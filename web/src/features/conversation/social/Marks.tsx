import { Link } from '@tanstack/react-router'
import { CornerDownRight, EyeOff, Lock, ThumbsUp } from 'lucide-react'
import { useT } from '@/lib/i18n'
import type { Shown } from '../entries'
import type { Detail } from '../types'
import classes from './Social.module.css'

/** Which of several people an entry answers. */
export function Answers({ name }: { name: string }) {
  const t = useT()
  return (
    <p className={classes.answers}>
      <CornerDownRight size={12} aria-hidden /> {t('desk.social.answers', { name })}
    </p>
  )
}

/** Says of an answer that one person alone reads it, and leads to where it goes on. */
export function OnlyOne({ entry, detail, name }: { entry: Shown; detail: Detail; name: string }) {
  const t = useT()
  const goes = detail.continued?.find((way) => way.entry_id === entry.target_id)?.private_id
  return (
    <p className={classes.only}>
      <Lock size={12} aria-hidden /> {t('desk.social.only', { name })}
      {goes && (
        <Link to="/conversations/$id" params={{ id: goes }} className={classes.out}>
          {t('desk.social.toPrivate')}
        </Link>
      )}
    </p>
  )
}

/** How something that a customer wrote stands in public. */
export function Marks({ entry, channel }: { entry: Shown; channel: string }) {
  const t = useT()
  if (!entry.hidden && !entry.liked && !entry.privately) return null
  return (
    <ul className={classes.marks}>
      {entry.hidden && (
        <li className={classes.badge} data-kind="hidden">
          <EyeOff size={12} aria-hidden /> {t.maybe(`desk.social.hidden.${channel}`) ?? t('desk.social.hidden')}
        </li>
      )}
      {entry.liked && (
        <li className={classes.badge}>
          <ThumbsUp size={12} aria-hidden /> {t('desk.social.liked')}
        </li>
      )}
      {entry.privately && (
        <li className={classes.badge}>
          <Lock size={12} aria-hidden /> {t('desk.social.answeredPrivately')}
        </li>
      )}
    </ul>
  )
}
