import { useQueryClient } from '@tanstack/react-query'
import { Download, Eye, EyeOff, Image, Lock, Mail, Scissors, ShieldAlert, TriangleAlert, UserRound } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { Avatar } from '@/kit/Avatar'
import { Plain } from '@/kit/Plain'
import { Attachments } from '../conversation/Attachments'
import { calledBy } from '../conversation/calledBy'
import { keys } from '../conversation/caches'
import type { Entries, Shown } from '../conversation/entries'
import { Hour } from '../conversation/Hour'
import type { Detail } from '../conversation/types'
import { beginMail } from './begin'
import { forwardOf } from './forward'
import { type MailData, changedSubject, mailOf, parseRecipient, shortRecipient } from './mail'
import { MailFrame } from './MailFrame'
import { MailOutcome } from './MailOutcome'
import classes from './Mail.module.css'

/** A mail in the timeline: from whom, to whom, what it says, what became of it. */
export function MailEntry({ entry, detail }: { entry: Shown; detail: Detail }) {
  const t = useT()
  const ours = entry.author !== 'customer'
  const mail = mailOf(entry)
  const name = ours ? (entry.user?.name ?? t('desk.timeline.us')) : (mail.from && shortRecipient(mail.from)) || calledBy(t, detail.customer)
  const entries = useQueryClient().getQueryData<Entries>(keys.entries(detail.id)) ?? []
  const subject = changedSubject(entry, entries)
  const inline = new Set(Object.values(mail.inline ?? {}))
  return (
    <article className={classes.mail} data-ours={ours || undefined} data-seq={entry.seq} aria-label={t(ours ? 'mails.ours' : 'mails.theirs', { name })}>
      <Head entry={entry} detail={detail} mail={mail} name={name} />
      {subject && <h3 className={classes.subject}>{subject}</h3>}
      <Notices entry={entry} detail={detail} mail={mail} name={name} />
      {entry.deleted ? <p className={classes.plain}>{t('desk.timeline.deleted')}</p> : <Text entry={entry} detail={detail} mail={mail} name={name} />}
      <div className={classes.files}>
        <Attachments items={(entry.attachments ?? []).filter((f) => !inline.has(f.id))} />
      </div>
      {ours && entry.delivery && <MailOutcome entry={entry} detail={detail} />}
    </article>
  )
}

interface PartProps {
  entry: Shown
  detail: Detail
  mail: MailData
  name: string
}

/** From whom to whom; a click shows every address. */
function Head({ entry, detail, mail, name }: PartProps) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const ours = entry.author !== 'customer'
  const to = mail.to?.length ? mail.to : ours ? [calledBy(t, detail.customer)] : []
  const others = [...(mail.cc ?? []), ...(mail.bcc ?? [])]
  return (
    <header className={classes.head}>
      <Avatar name={name} size={28} />
      <div className={classes.who}>
        <strong>{name}</strong>
        <button type="button" className={classes.recipients} aria-expanded={open} onClick={() => setOpen(!open)}>
          {to.length > 0 ? t('mails.toWhom', { names: to.map(shortRecipient).join(', ') }) : t('mails.details')}
          {others.length > 0 && ` ${t('mails.andCopies', { count: others.length })}`}
        </button>
      </div>
      <span className={classes.side}>
        <Hour at={entry.occurred_at} brand={detail.brand_id} />
        {!ours && <PassOn entry={entry} detail={detail} />}
        {!ours && <Original entry={entry.id} conversation={detail.id} />}
      </span>
      {open && (
        <dl className={classes.addresses}>
          <Line name={t('mails.from')} list={mail.from ? [mail.from] : []} />
          <Line name={t('mails.to')} list={to} />
          <Line name={t('mails.cc')} list={mail.cc} />
          <Line name={t('mails.bcc')} list={mail.bcc} />
          <Line name={t('mails.replyTo')} list={mail.reply_to ? [mail.reply_to] : []} />
          <Line name={t('mails.subject')} list={mail.subject ? [mail.subject] : []} />
          <Line name={t('mails.checks')} list={(['spf', 'dkim', 'dmarc'] as const).filter((kind) => mail.checks?.[kind]).map((kind) => `${kind.toUpperCase()} ${mail.checks?.[kind]}`)} />
          <Line name={t('mails.signedBy')} list={mail.signed ? [t(`mails.signedBy.${mail.signed}`)] : []} />
        </dl>
      )}
    </header>
  )
}

function Line({ name, list }: { name: string; list: readonly string[] | undefined }) {
  if (!list?.length) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{list.join(', ')}</dd>
    </div>
  )
}

/** Asks somebody else: in a conversation of its own, which belongs to the same case. */
function PassOn({ entry, detail }: { entry: Shown; detail: Detail }) {
  const t = useT()
  const replies = useCan('conversation.reply')
  const ties = useCan('case.edit')
  const names = useCan('names.read') // it is full of them
  if (!replies || !ties || !names) return null
  return (
    <button type="button" className={classes.link} onClick={() => beginMail({ brand: detail.brand_id, from: detail.entry_point?.id, forward: forwardOf(entry, detail) })}>
      {t('mails.forward')}
    </button>
  )
}

/** The mail as it came; it is full of names, which not everybody may see. */
function Original({ conversation, entry }: { conversation: string; entry: string }) {
  const t = useT()
  if (!useCan('names.read')) return null
  return (
    <a className={classes.original} href={`/api/v1/conversations/${conversation}/entries/${entry}/original`} download={`${entry}.eml`}>
      <Download size={13} aria-hidden /> {t('mails.original')}
    </a>
  )
}

/** What is to be known before one reads. */
function Notices({ entry, detail, mail }: PartProps) {
  const t = useT()
  const other = mail.other_party && mail.from ? t('mails.other', { name: shortRecipient(mail.from), address: parseRecipient(mail.from).address, customer: calledBy(t, detail.customer) }) : undefined
  return (
    <>
      {mail.other_party && <Notice icon={<UserRound size={14} aria-hidden />}>{other ?? t('mails.otherUnnamed')}</Notice>}
      {mail.checks?.dmarc === 'fail' && <Notice icon={<ShieldAlert size={14} aria-hidden />}>{t('mails.forged', { domain: parseRecipient(mail.from ?? '').address.split('@').at(-1) ?? '' })}</Notice>}
      {mail.machine && entry.author === 'customer' && <Notice icon={<Mail size={14} aria-hidden />}>{t.maybe(`mails.machine.${mail.machine}`) ?? t('mails.machine')}</Notice>}
      {mail.protected && <Notice icon={<Lock size={14} aria-hidden />}>{t(`mails.protected.${mail.protected}`)}</Notice>}
      {mail.cut && <Notice icon={<Scissors size={14} aria-hidden />}>{t('mails.cut')}</Notice>}
      {mail.withheld?.map((f) => (
        <Notice key={f.name} icon={<TriangleAlert size={14} aria-hidden />}>
          {t('mails.withheld', { name: f.name, reason: t.maybe(`error.${f.code}`) ?? f.code })}
        </Notice>
      ))}
    </>
  )
}

function Notice({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className={classes.notice}>
      {icon} <span>{children}</span>
    </p>
  )
}

/** The text: formatted in a frame, plain as it is. */
function Text({ entry, detail, mail, name }: PartProps) {
  const t = useT()
  const [images, setImages] = useState(false)
  const [folds, setFolds] = useState(false)
  const [whole, setWhole] = useState(false)
  const blocked = (mail.remote ?? 0) > 0 && !images
  if (!entry.html) {
    return entry.text ? (
      <div className={classes.plain} dir="auto">
        <Plain text={entry.text} />
      </div>
    ) : null
  }
  return (
    <>
      {blocked && (
        <div className={classes.blocked}>
          <Image size={14} aria-hidden />
          <span>{t('mails.blocked', { count: mail.remote ?? 0 })}</span>
          <button type="button" onClick={() => setImages(true)}>
            {t('mails.showImages')}
          </button>
        </div>
      )}
      <MailFrame conversation={detail.id} entry={entry.id} title={name} text={entry.text} images={images} whole={whole} onFolds={setFolds} />
      {folds && (
        <button type="button" className={classes.fold} aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />} {t(whole ? 'mails.fold' : 'mails.unfold')}
        </button>
      )}
    </>
  )
}
