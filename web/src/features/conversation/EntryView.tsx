import { useQueryClient } from '@tanstack/react-query'
import { Check, CheckCheck, CircleAlert, Clock, Mail, Star, StickyNote } from 'lucide-react'
import { type ReactNode, Suspense, useRef, useState } from 'react'
import { type Key, type Translate, useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { Avatar } from '@/kit/Avatar'
import { Plain } from '@/kit/Plain'
import { customerKey } from '../customer/key'
import type { CustomerDetail } from '../customer/types'
import { cameByMail, isMail } from '../mail/mail'
import { Attachments } from './Attachments'
import { keys } from './caches'
import { calledBy } from './calledBy'
import { useActsOn } from './changes/actsOn'
import { ChangeState, Deleted, EditedMark, History, Reactions } from './changes/Standing'
import { useRemoving } from './changes/useRemoving'
import { type Entries, type Shown, isLetter } from './entries'
import { isGoingOn } from './goon/codes'
import { Hour } from './Hour'
import { nameOf } from './social/nameOf'
import type { DeliveryState, Detail, Entry } from './types'
import classes from './Timeline.module.css'

interface Props {
  entry: Shown
  detail: Detail
  /** Begins what one person said in one breath; the avatar stands there. */
  first: boolean
  /** Ends it; the time stands there. */
  last: boolean
}

const MessageActs = lazyPart(async () => (await import('./changes/MessageActs')).MessageActs)
const EditForm = lazyPart(async () => (await import('./changes/EditForm')).EditForm)
const Answers = lazyPart(async () => (await import('./social/Marks')).Answers)
const Marks = lazyPart(async () => (await import('./social/Marks')).Marks)
const OnlyOne = lazyPart(async () => (await import('./social/Marks')).OnlyOne)
const Quoted = lazyPart(async () => (await import('./social/Quote')).Quoted)
const MailOutcome = lazyPart(async () => (await import('../mail/MailOutcome')).MailOutcome)
const GoingOn = lazyPart(async () => (await import('./goon/GoingOn')).GoingOn)
const MailEntry = lazyPart(async () => (await import('../mail/MailEntry')).MailEntry)

/** One entry of the timeline. */
export function EntryView(props: Props) {
  switch (props.entry.kind) {
    case 'note':
      return <Note entry={props.entry} />
    case 'survey':
      return <Survey entry={props.entry} />
    case 'private_reply':
      return <Message {...props} />
    case 'message':
      return isMail(props.detail) || cameByMail(props.entry) ? <MailMessage {...props} /> : <Message {...props} />
    default:
      if (isGoingOn(props.entry)) {
        return (
          <Suspense>
            <GoingOn entry={props.entry} detail={props.detail} />
          </Suspense>
        )
      }
      return <SystemLine entry={props.entry} detail={props.detail} />
  }
}

/** A mail; until its part is here its text holds the place. */
function MailMessage(props: Props) {
  return (
    <Suspense fallback={<Message {...props} />}>
      <MailEntry entry={props.entry} detail={props.detail} />
    </Suspense>
  )
}

function Message({ entry, detail, first, last }: Props) {
  const t = useT()
  const ours = entry.author !== 'customer'
  const cache = useQueryClient()
  const language = cache.getQueryData<CustomerDetail>(customerKey(detail.customer.id))?.language || undefined
  const name = ours ? (entry.user?.name ?? t(entry.author === 'bot' ? 'desk.timeline.bot' : 'desk.timeline.us')) : nameOf(t, entry, detail)
  const about = aboutWhom(cache.getQueryData<Entries>(keys.entries(detail.id)), entry, detail)
  const removing = useRemoving(entry.id)
  const acts = useActsOn(entry, detail)
  const gone = entry.deleted || removing
  const changed = entry.edited && !gone
  const template = templateOf(entry)
  const [editing, setEditing] = useState(false)
  const [before, setBefore] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const close = () => {
    setEditing(false)
    // Back to where it began, once that is shown again.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('[data-acts] button')?.focus())
  }
  return (
    <div ref={box} className={classes.message} data-ours={ours || undefined} data-first={first || undefined} data-nested={(about && !ours) || undefined} data-seq={entry.seq} data-entry={entry.id}>
      {!ours && <span className={classes.face}>{first && <Avatar name={name} size={28} />}</span>}
      <div className={classes.said}>
        {detail.post && !ours && first ? <p className={classes.who}>{name}</p> : <span className="sr-only">{name}: </span>}
        <Suspense>
          {about && entry.kind === 'message' && <Answers name={about.author === 'customer' ? nameOf(t, about, detail) : (about.user?.name ?? t('desk.timeline.us'))} />}
          {entry.answers_id && !detail.post && <Quoted id={entry.answers_id} detail={detail} />}
          {about && entry.kind === 'private_reply' && <OnlyOne entry={entry} detail={detail} name={nameOf(t, about, detail)} />}
        </Suspense>
        {(gone || entry.text !== '' || acts.length > 0) && (
          <div className={classes.line}>
            {gone && <Deleted entry={entry} />}
            {!gone && editing && (
              <Suspense>
                <EditForm entry={entry} detail={detail} onClose={close} />
              </Suspense>
            )}
            {!gone && !editing && entry.text && (
              <div className={classes.bubble} lang={ours ? undefined : language} dir="auto">
                <Plain text={entry.text} />
              </div>
            )}
            {acts.length > 0 && !editing && !gone && (
              <span className={classes.acts} data-acts>
                <Suspense>
                  <MessageActs entry={entry} detail={detail} acts={acts} onEdit={() => setEditing(true)} />
                </Suspense>
              </span>
            )}
          </div>
        )}
        {!gone && isSealed(entry) && <p className={classes.meta}>{t('desk.entry.encrypted')}</p>}
        {!gone && !editing && <Attachments items={entry.attachments ?? []} />}
        {!editing && <Reactions items={entry.reactions} customer={calledBy(t, detail.customer)} />}
        {(entry.hidden || entry.liked || entry.privately || entry.blocked || (entry.data as { fields?: unknown } | undefined)?.fields !== undefined) && (
          <Suspense>
            <Marks entry={entry} channel={detail.channel} />
          </Suspense>
        )}
        {entry.change && !removing && <ChangeState entry={entry} change={entry.change} detail={detail} />}
        {(last || changed || template || entry.delivery?.state === 'failed') && (
          <p className={classes.meta}>
            {ours && <span>{name}</span>}
            <Hour at={entry.occurred_at} brand={detail.brand_id} />
            {template && <span>{t('desk.template.sent', { name: template })}</span>}
            {changed && <EditedMark open={before} onToggle={() => setBefore(!before)} />}
            {ours && entry.delivery && <Delivery state={entry.delivery.state} reason={entry.delivery.reason} mailed={entry.mailed} />}
          </p>
        )}
        {changed && before && <History entry={entry} brand={detail.brand_id} />}
      </div>
    </div>
  )
}

/** The template whose words an answer has, if it has. */
const templateOf = ({ author, data }: Shown): string | undefined => (author === 'customer' ? undefined : (data as { template?: { name?: string } } | undefined)?.template?.name?.replaceAll('_', ' '))

/** Whether a message can be read in the customer's own app alone. */
const isSealed = ({ data }: Shown) => (data as { fields?: { encrypted?: string } } | undefined)?.fields?.encrypted === 'true'

/** What an entry answers where several people speak, as far as it is known. */
function aboutWhom(known: Entries | undefined, { answers_id, target_id, kind }: Shown, detail: Detail): Entry | undefined {
  if (!detail.post && kind !== 'private_reply') return undefined
  const key = kind === 'private_reply' ? target_id : answers_id
  return key === undefined ? undefined : known?.find((e) => e.id === key)
}

const marks: Record<DeliveryState, ReactNode> = {
  queued: <Clock size={13} aria-hidden />,
  sending: <Clock size={13} aria-hidden />,
  sent: <Check size={13} aria-hidden />,
  delivered: <CheckCheck size={13} aria-hidden />,
  read: <CheckCheck size={13} aria-hidden />,
  failed: <CircleAlert size={13} aria-hidden />,
  ambiguous: <CircleAlert size={13} aria-hidden />,
  cancelled: <CircleAlert size={13} aria-hidden />,
}

/** How far an answer has come, as a mark and a word. */
function Delivery({ state, reason, mailed }: { state: DeliveryState; reason?: string; mailed?: boolean }) {
  const t = useT()
  return (
    <span className={classes.delivery} data-state={state}>
      {mailed ? <Mail size={13} aria-hidden /> : marks[state]} {t(mailed ? 'desk.delivery.mailed' : `desk.delivery.${state}`)}
      {reason && state === 'failed' && `: ${t.maybe(`error.${reason}`) ?? reason}`}
    </span>
  )
}

/** The rule that wrote a note, if one did. */
function ruleOf(t: Translate, { code, data }: Shown): string | undefined {
  const name = code === 'rule' && (data as { rule?: string } | undefined)?.rule
  return name ? t('desk.timeline.rule', { name }) : undefined
}

function Note({ entry }: { entry: Shown }) {
  const t = useT()
  return (
    <div className={classes.note} data-seq={entry.seq}>
      <StickyNote size={16} aria-hidden />
      <div>
        <p className={classes.noteHead}>
          <strong>{entry.user?.name ?? ruleOf(t, entry) ?? t('desk.timeline.us')}</strong> {t('desk.timeline.note')} · <Hour at={entry.occurred_at} brand="" />
        </p>
        <div className={classes.noteText}>
          <Mentioned text={entry.text ?? ''} some={(entry.mentions?.length ?? 0) > 0} />
        </div>
        <Attachments items={entry.attachments ?? []} />
      </div>
    </div>
  )
}

const mention = /(@\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)?)/u

/** A note's text with the colleagues it names set off. */
function Mentioned({ text, some }: { text: string; some: boolean }) {
  if (!some) return <Plain text={text} />
  return text.split(mention).map((piece, i) =>
    i % 2 === 1 ? (
      <strong key={i} className={classes.mention}>
        {piece}
      </strong>
    ) : (
      <Plain key={i} text={piece} />
    ),
  )
}

const stars = [1, 2, 3, 4, 5]

function Survey({ entry }: { entry: Shown }) {
  const t = useT()
  const data = (entry.data ?? {}) as { stars?: number; comment?: string }
  const given = data.stars ?? 0
  const comment = entry.text || (data.comment ?? '')
  return (
    <div className={classes.survey} data-seq={entry.seq}>
      <span className={classes.stars} role="img" aria-label={t('desk.timeline.stars', { n: given })}>
        {stars.map((n) => (
          <Star key={n} size={16} fill={n <= given ? 'currentColor' : 'none'} aria-hidden />
        ))}
      </span>
      <span>{t('desk.timeline.rated')}</span>
      {comment && (
        <p>
          <Plain text={comment} />
        </p>
      )}
    </div>
  )
}

function SystemLine({ entry, detail }: { entry: Shown; detail: Detail }) {
  const t = useT()
  const answers = answersOf(entry)
  return (
    <>
      <p className={classes.system} data-seq={entry.seq}>
        {systemText(t, entry, calledBy(t, detail.customer))} · <Hour at={entry.occurred_at} brand={detail.brand_id} />
      </p>
      {isLetter(entry) && <Letter entry={entry} detail={detail} />}
      {answers.length > 0 && (
        <dl className={classes.answers}>
          {answers.map(({ name, label, value }) => (
            <div key={name}>
              <dt>{label || name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}

/** What became of a letter that carries answers of the chat. */
function Letter({ entry, detail }: { entry: Shown; detail: Detail }) {
  const t = useT()
  if (!entry.delivery) return null
  if (entry.delivery.state === 'cancelled') return <p className={classes.system}>{t('error.delivery.seen')}</p>
  return (
    <div className={classes.system}>
      <Suspense>
        <MailOutcome entry={entry} detail={detail} />
      </Suspense>
    </div>
  )
}

interface Answer {
  name: string
  label?: string
  value: string
}

/** What was answered in the form before the chat. */
export function answersOf({ code, data }: Pick<Shown, 'code' | 'data'>): Answer[] {
  const answers: unknown = code === 'prechat' ? (data as { answers?: unknown } | undefined)?.answers : undefined
  return Array.isArray(answers) ? (answers as Answer[]) : []
}

/** What a system entry says; one whose code has no text says its own, or its code. */
export function systemText(t: Translate, entry: Pick<Shown, 'code' | 'data' | 'user' | 'text'>, customer: string): string {
  const values: Record<string, string | number> = { customer, ...Object.fromEntries(Object.entries(entry.data ?? {}).filter((d): d is [string, string | number] => typeof d[1] === 'string' || typeof d[1] === 'number')) }
  const agent = typeof values.agent === 'string' && values.agent ? values.agent : entry.user?.name
  const key = `desk.system.${entry.code}`
  const text = agent ? (t.maybe(`${key}.by`, { ...values, agent }) ?? t.maybe(key, values)) : t.maybe(key, values)
  return text || entry.text || entry.code || t('desk.system.unknown' satisfies Key)
}
