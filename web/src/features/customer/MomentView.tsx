import { Link } from '@tanstack/react-router'
import { Combine, FolderKanban, Handshake, Paperclip, Split, Star, StickyNote } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Translate, useT } from '@/lib/i18n'
import { formatFull, formatTime } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { Plain } from '@/kit/Plain'
import { useStatuses } from '../cases/names'
import type { Moment } from './story'
import classes from './Story.module.css'

/** One thing that happened, and where it can be read in full. */
export function MomentView({ moment }: { moment: Moment }) {
  const t = useT()
  return (
    <article className={classes.moment} data-kind={moment.kind}>
      <span className={classes.mark}>
        <Mark moment={moment} />
      </span>
      <div className={classes.body}>
        <p className={classes.head}>
          <strong>{whoOf(t, moment)}</strong>
          <Where moment={moment} />
          <time dateTime={moment.at} title={formatFull(moment.at, t.language)}>
            {formatTime(moment.at, t.language)}
          </time>
        </p>
        <Told moment={moment} />
      </div>
    </article>
  )
}

/** Who spoke or acted. */
function whoOf(t: Translate, { kind, by, talk, consent }: Moment): string {
  if (consent || talk?.author === 'customer' || kind === 'survey') return talk?.customer || t('customers.story.customer')
  return by?.name || t('customers.story.system')
}

function Mark({ moment: { kind, channel, join } }: { moment: Moment }) {
  const t = useT()
  const name = t(`customers.kind.${kind}`)
  if (kind === 'message' && channel) return <ChannelMark channel={channel} size={26} />
  const Icon = { message: StickyNote, note: StickyNote, survey: Star, case: FolderKanban, join: join?.what === 'split' ? Split : Combine, consent: Handshake }[kind]
  return (
    <span className={classes.icon} role="img" aria-label={name} title={name}>
      <Icon size={15} aria-hidden />
    </span>
  )
}

/** The conversation or the case in which it happened. */
function Where({ moment: { channel, talk, case: matter } }: { moment: Moment }) {
  const channelName = useChannelName()
  if (talk)
    return (
      <Link to="/conversations/$id" params={{ id: talk.conversation_id }} className={classes.where}>
        {talk.subject || channelName(channel ?? '')}
      </Link>
    )
  if (matter)
    return (
      <Link to="/cases/$id" params={{ id: matter.case_id }} search={{}} className={classes.where}>
        #{matter.number} {matter.subject}
      </Link>
    )
  return null
}

function Told({ moment }: { moment: Moment }) {
  const t = useT()
  const { kind, text, cut, talk, join, consent, case: matter } = moment
  if (join) return <Joined join={join} />
  if (consent) return <Agreed moment={moment} />
  if (matter && kind === 'case') return <Done what={matter.what ?? ''} changes={matter.changes ?? []} />
  return (
    <>
      {talk?.stars !== undefined && talk.stars > 0 && <Badge icon={<Star size={12} aria-hidden />}>{t('customers.story.stars', { count: talk.stars })}</Badge>}
      {talk?.deleted && <p className={classes.faint}>{t('customers.story.deleted')}</p>}
      {text && (
        <div className={classes.text}>
          <Plain text={cut ? `${text}…` : text} />
        </div>
      )}
      {talk?.files && talk.files.length > 0 && (
        <p className={classes.faint}>
          <Paperclip size={13} aria-hidden /> {talk.files.map((f) => f.name).join(', ')}
        </p>
      )}
    </>
  )
}

function Joined({ join }: { join: NonNullable<Moment['join']> }) {
  const t = useT()
  return (
    <p className={classes.text}>
      {t(`customers.story.${join.what}`)}{' '}
      <Link to="/customers/$id" params={{ id: join.other_id }} search={{}}>
        {join.other_name || t('customers.unnamed')}
      </Link>
      {join.what === 'joined' && <span className={classes.faint}> · {t.maybe(`customers.reason.${join.reason}`) ?? join.reason}</span>}
    </p>
  )
}

function Agreed({ moment: { text, consent, channel, by } }: { moment: Moment }) {
  const t = useT()
  const channelName = useChannelName()
  if (!consent) return null
  return (
    <>
      <p className={classes.changes}>
        <Badge tone={consent.state === 'given' ? 'ok' : 'warn'}>{t(`customers.consents.${consent.state}`)}</Badge>
        <span>{[t.maybe(`customers.purpose.${consent.purpose}`) ?? consent.purpose, channel ? channelName(channel) : t('customers.consents.everywhere')].join(' · ')}</span>
      </p>
      {text && <p className={classes.text}>{text}</p>}
      <p className={classes.faint}>{[consent.evidence, by && t('customers.consents.noted', { name: by.name })].filter(Boolean).join(' · ')}</p>
    </>
  )
}

interface Change {
  path: string
  before?: unknown
  after?: unknown
}

/** What was done with a case, in the words of the screens of cases where they have them. */
function Done({ what, changes }: { what: string; changes: readonly Change[] }) {
  const t = useT()
  const { nameOf } = useStatuses()
  const shown = changes.filter((c) => c.path !== 'category' && typeof c.after !== 'object' && !c.path.endsWith('_id')).slice(0, 6)
  const status = changes.find((c) => c.path === 'status_id')
  const ofTalk = changes.some((c) => c.path === 'conversation_id')
  const deed = what.replace(/^case\./, '') + (ofTalk ? '.talk' : '')
  return (
    <>
      <p className={classes.changes}>
        <span>{t.maybe(`customers.case.${deed}`) ?? t('customers.case.update')}</span>
        {what !== 'case.open' && status && <Badge tone="accent">{nameOf(String(status.after))}</Badge>}
      </p>
      {what === 'case.update' || what === 'case.escalate' ? (
        shown.map((c) => (
          <p key={c.path} className={classes.faint}>
            {t.maybe(`customers.case.path.${c.path}`) ?? c.path}: <Value of={c} />
          </p>
        ))
      ) : null}
    </>
  )
}

function Value({ of: { path, before, after } }: { of: Change }): ReactNode {
  const t = useT()
  const priorities = ['low', 'normal', 'high', 'urgent'] as const
  const said = (value: unknown) => {
    if (value === undefined || value === null || value === '') return '–'
    if (path === 'priority') return t(`cases.priority.${priorities[Number(value)] ?? 'normal'}`)
    return String(value)
  }
  return (
    <>
      {said(before)} → {said(after)}
    </>
  )
}
