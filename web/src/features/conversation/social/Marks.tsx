import { Link } from '@tanstack/react-router'
import { AtSign, Ban, CornerDownRight, EyeOff, Lock, Star, ThumbsDown, ThumbsUp } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { ChorusTexts } from '@/lib/i18n/ChorusTexts'
import type { Shown } from '../entries'
import type { Detail } from '../types'
import classes from './Social.module.css'

/** Which of several people an entry answers. */
export function Answers(props: { name: string }) {
  return (
    <ChorusTexts>
      <WhomItAnswers {...props} />
    </ChorusTexts>
  )
}

function WhomItAnswers({ name }: { name: string }) {
  const t = useT()
  return (
    <p className={classes.answers}>
      <CornerDownRight size={12} aria-hidden /> {t('desk.social.answers', { name })}
    </p>
  )
}

interface OnlyOneProps {
  entry: Shown
  detail: Detail
  name: string
}

/** Says of an answer that one person alone reads it, and leads to where it goes on. */
export function OnlyOne(props: OnlyOneProps) {
  return (
    <ChorusTexts>
      <WhoReads {...props} />
    </ChorusTexts>
  )
}

function WhoReads({ entry, detail, name }: OnlyOneProps) {
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
export function Marks(props: { entry: Shown; channel: string }) {
  return (
    <ChorusTexts>
      <Badges {...props} />
    </ChorusTexts>
  )
}

function Badges({ entry, channel }: { entry: Shown; channel: string }) {
  const t = useT()
  const { mention, recommendation, rating } = (entry.data as { fields?: Record<string, string> } | undefined)?.fields ?? {}
  if (!entry.hidden && !entry.liked && !entry.privately && !entry.blocked && !mention && !recommendation && !rating) return null
  return (
    <ul className={classes.marks}>
      {mention && (
        <li className={classes.badge}>
          <AtSign size={12} aria-hidden /> {t('desk.social.mention')}
        </li>
      )}
      {recommendation && (
        <li className={classes.badge} data-kind={recommendation === 'positive' ? undefined : 'hidden'}>
          {recommendation === 'positive' ? <ThumbsUp size={12} aria-hidden /> : <ThumbsDown size={12} aria-hidden />} {t(recommendation === 'positive' ? 'desk.social.recommends' : 'desk.social.recommendsNot')}
        </li>
      )}
      {rating && (
        <li className={classes.badge}>
          <Star size={12} aria-hidden /> {t('desk.social.stars', { n: rating })}
        </li>
      )}
      {entry.blocked && (
        <li className={classes.badge} data-kind="hidden">
          <Ban size={12} aria-hidden /> {t('desk.social.blocked')}
        </li>
      )}
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
