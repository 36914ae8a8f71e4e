import { ActionIcon } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { BadgeCheck, Building2, Check, Clock, Copy, Globe, Mail, Phone, ShieldUser } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCan, useSignedIn } from '@/lib/session'
import { Ago, formatDay, formatTime, useNow } from '@/lib/time'
import { Avatar } from '@/kit/Avatar'
import { Badge } from '@/kit/Badge'
import { ChannelIcon, ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { Plain } from '@/kit/Plain'
import { WriteMail } from '../mail/WriteMail'
import { WriteTemplate } from '../mail/WriteTemplate'
import { type Address, addressesOf, knowsMail } from './addresses'
import type { CustomerDetail, PastConversation } from './types'
import { Visit } from './Visit'
import classes from './Customer.module.css'

interface Props {
  customer: CustomerDetail
  conversation?: string
  brand: string
  edit: ReactNode
  /** The cases of the conversation. */
  cases: ReactNode
}

/** What is known of a customer. */
export function CustomerCard({ customer, conversation, brand, edit, cases }: Props) {
  const t = useT()
  const now = useNow('minute')
  const addresses = addressesOf(customer.contact_points)
  const past = customer.conversations.filter((c) => c.id !== conversation)
  return (
    <div className={classes.card}>
      <header className={classes.who}>
        <Avatar name={customer.name} size={44} />
        <div className={classes.names}>
          <h2>
            <Link to="/customers/$id" params={{ id: customer.id }} search={{}} className={classes.nameLink}>
              {customer.name || t('customers.unnamed')}
            </Link>
          </h2>
          {customer.company && (
            <p className={classes.line}>
              <Building2 size={14} aria-hidden /> {customer.company}
            </p>
          )}
        </div>
      </header>
      <LocalFacts customer={customer} brand={brand} />
      <Section title={t('desk.customer.details')} aside={edit}>
        {customer.phone && <Copyable icon={<Phone size={15} aria-hidden />} text={customer.phone} href={`tel:${customer.phone.replaceAll(/[^\d+]/g, '')}`} more={<WriteTemplate customer={customer.id} number={customer.phone} brand={brand} />} />}
        {customer.email && !knowsMail(addresses, customer.email) && <Copyable icon={<Mail size={15} aria-hidden />} text={customer.email} href={`mailto:${customer.email}`} more={<WriteMail customer={customer.id} name={customer.name} address={customer.email} brand={brand} />} />}
        {addresses.map((address) => (
          <Point
            key={address.point.id}
            address={address}
            customer={customer.name}
            more={address.point.provider === 'email' && address.point.external_id && <WriteMail customer={customer.id} name={customer.name} address={address.point.external_id} brand={brand} />}
          />
        ))}
        <dl className={classes.attributes}>
          <Attribute name={t('desk.customer.since')} value={formatDay(customer.created_at, t.language, now)} />
        </dl>
      </Section>
      {customer.erased_at && <p className={classes.none}>{t('desk.customer.erased')}</p>}
      <PrivacyLink customer={customer.id} />
      {cases}
      {conversation !== undefined && <Visit conversation={conversation} />}
      {customer.about && (
        <Section title={t('desk.customer.about')}>
          <div className={classes.about}>
            <Plain text={customer.about} />
          </div>
        </Section>
      )}
      <Section title={t('desk.customer.past')}>
        {past.length === 0 ? (
          <p className={classes.none}>{t('desk.customer.pastNone')}</p>
        ) : (
          <ul className={classes.past}>
            {past.map((c) => (
              <Past key={c.id} item={c} />
            ))}
          </ul>
        )}
      </Section>
    </div>
  )
}

/** The way to the person's own data, for who may do something with them. */
function PrivacyLink({ customer }: { customer: string }) {
  const t = useT()
  const may = useCan('customer.erase')
  if (!may) return null
  return (
    <Link className={classes.line} to="/admin/privacy" search={{ open: customer }}>
      <ShieldUser size={14} aria-hidden /> {t('desk.customer.privacy')}
    </Link>
  )
}

function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <h3>{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** The hour where the brand's customers are, and the language to use. */
export function LocalFacts({ customer, brand }: { customer: CustomerDetail; brand: string }) {
  const t = useT()
  const now = useNow('minute')
  const zone = (useSignedIn().brands.find((b) => b.id === brand) as { time_zone?: string } | undefined)?.time_zone
  const language = customer.language && new Intl.DisplayNames([t.language], { type: 'language' }).of(customer.language)
  if (!zone && !language) return null
  return (
    <p className={classes.facts}>
      {zone && (
        <span className={classes.line}>
          <Clock size={14} aria-hidden /> {t('desk.customer.localTime', { time: formatTime(now, t.language, zone), place: placeOf(zone) })}
        </span>
      )}
      {language && (
        <span className={classes.line}>
          <Globe size={14} aria-hidden /> {language}
        </span>
      )}
    </p>
  )
}

/** The city of a time zone. */
const placeOf = (zone: string) => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')

/** An address with a button that copies it. */
export function Copyable({ icon, text, href, more, copyable = true }: { icon: ReactNode; text: string; href?: string; more?: ReactNode; copyable?: boolean }) {
  const t = useT()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <div className={classes.contact}>
      {icon}
      {href ? (
        <a href={href} className={classes.value}>
          {text}
        </a>
      ) : (
        <span className={classes.value}>{text}</span>
      )}
      {more}
      {copyable && (
        <ActionIcon size={24} onClick={() => void copy()} aria-label={t('desk.customer.copy', { what: text })}>
          {copied ? <Check size={14} /> : <Copy size={14} />}
        </ActionIcon>
      )}
    </div>
  )
}

/** An address; the name that it gave is said above already. Where it is known at several places of ours, they are named. */
export function Point({ address: { point, verified, places }, customer, more }: { address: Address; customer: string; more?: ReactNode }) {
  const t = useT()
  const channelName = useChannelName()
  const mail = point.provider === 'email' ? point.external_id : undefined
  const address = mail || (point.display_name === customer ? undefined : point.display_name) || (point.provider === 'webchat' ? undefined : point.external_id)
  return (
    <div>
      <Copyable
        icon={<ChannelIcon channel={point.provider} size={15} />}
        text={address ?? channelName(point.provider)}
        href={mail && `mailto:${mail}`}
        copyable={address !== undefined}
        more={
          <>
            {verified && <BadgeCheck size={14} className={classes.verified} aria-label={t('desk.customer.verified')} />}
            {more}
          </>
        }
      />
      {point.bounced_at && <p className={classes.dead}>{t('desk.customer.dead', { reason: point.bounce_reason ?? '' })}</p>}
      {places.length > 1 && <p className={classes.places}>{t('desk.customer.places', { places: places.join(', ') })}</p>}
    </div>
  )
}

function Attribute({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Past({ item }: { item: PastConversation }) {
  const t = useT()
  return (
    <li>
      <Link to="/conversations/$id" params={{ id: item.id }} className={classes.pastItem}>
        <ChannelMark channel={item.channel} size={22} />
        <span className={classes.pastText}>
          <strong>{item.subject || item.preview || t('desk.row.noSubject')}</strong>
          {item.subject && item.preview && <span>{item.preview}</span>}
        </span>
        <span className={classes.pastSide}>
          <Ago at={item.last_entry_at} />
          {item.state !== 'closed' && <Badge tone="ok">{t('desk.customer.open')}</Badge>}
        </span>
      </Link>
    </li>
  )
}
