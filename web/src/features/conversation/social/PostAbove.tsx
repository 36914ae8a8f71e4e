import { Link } from '@tanstack/react-router'
import { ExternalLink, EyeOff, Globe, Lock, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { ChorusTexts } from '@/lib/i18n/ChorusTexts'
import { Plain } from '@/kit/Plain'
import { Attachments } from '../Attachments'
import { formatFull } from '@/lib/time'
import type { Detail } from '../types'
import classes from './Social.module.css'

const clamped = 280 // characters that are shown at first

/** What stands above a conversation: the post under which everybody reads it, or the public one from which it came. */
export function PostAbove({ detail }: { detail: Detail }) {
  if (!detail.post && !detail.continued?.length) return null
  return <ChorusTexts>{detail.post ? <Post detail={detail} post={detail.post} /> : <CameFrom detail={detail} />}</ChorusTexts>
}

function Post({ detail, post }: { detail: Detail; post: NonNullable<Detail['post']> }) {
  const t = useT()
  return (
    <section className={classes.post} aria-label={t('desk.social.post')}>
      <p className={classes.head}>
        <Globe size={14} aria-hidden />
        <strong>{post.ours ? t('desk.social.ourPost', { name: detail.entry_point?.name ?? '' }) : post.author ? t('desk.social.postOf', { name: post.author }) : t('desk.social.post')}</strong>
        {post.occurred_at && <time dateTime={post.occurred_at}>{formatFull(post.occurred_at, t.language)}</time>}
        {post.hidden && (
          <span className={classes.badge}>
            <EyeOff size={12} aria-hidden /> {t('desk.social.postHidden')}
          </span>
        )}
        {post.gone_at && (
          <span className={classes.badge} data-kind="gone">
            <Trash2 size={12} aria-hidden /> {t('desk.social.postGone')}
          </span>
        )}
        {post.link && (
          <a className={classes.out} href={post.link} target="_blank" rel="noopener noreferrer">
            <ExternalLink size={12} aria-hidden /> {t('desk.social.open')}
          </a>
        )}
      </p>
      {!post.begins && (post.known ? <Words text={post.text} /> : <p className={classes.faint}>{t('desk.social.postUnknown')}</p>)}
      {!post.begins && <Attachments items={post.attachments ?? []} />}
    </section>
  )
}

function Words({ text }: { text: string }) {
  const t = useT()
  const [whole, setWhole] = useState(false)
  const long = text.length > clamped
  return (
    <div className={classes.words} dir="auto">
      <Plain text={long && !whole ? `${text.slice(0, clamped)}…` : text} />
      {long && (
        <button type="button" className={classes.link} aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? 'desk.social.less' : 'desk.social.more')}
        </button>
      )}
    </div>
  )
}

function CameFrom({ detail }: { detail: Detail }) {
  const t = useT()
  return (
    <section className={classes.post} aria-label={t('desk.social.cameFrom')}>
      {detail.continued?.map((way) => (
        <p key={way.entry_id} className={classes.head}>
          <Lock size={14} aria-hidden />
          <span>{t('desk.social.cameFrom')}</span>
          <Link to="/conversations/$id" params={{ id: way.conversation_id }} className={classes.out}>
            {t('desk.social.toPublic')}
          </Link>
        </p>
      ))}
    </section>
  )
}
