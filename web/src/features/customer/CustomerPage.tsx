import { Button, SegmentedControl } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { Building2, Combine, Pencil } from 'lucide-react'
import { type ReactNode, Suspense, useState } from 'react'
import { Problem } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useLive } from '@/lib/live'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { formatDay, useNow } from '@/lib/time'
import { useScreenTitle } from '@/lib/title'
import { Avatar } from '@/kit/Avatar'
import { Dialog } from '@/kit/overlays'
import { Plain } from '@/kit/Plain'
import { Empty, ErrorState, PanelBoundary, SkeletonRows } from '@/kit/states'
import { Tip } from '@/kit/Tip'
import { customerCommands as commands } from './commands'
import { Consents } from './Consents'
import { addressesOf, knowsMail } from './addresses'
import { WriteTemplate } from '../mail/WriteTemplate'
import { Copyable, LocalFacts, Point } from './CustomerCard'
import { CustomerForm } from './CustomerForm'
import { Figures } from './Figures'
import { Identity } from './Identity'
import { customerKey } from './key'
import { BelongsTo } from './BelongsTo'
import { CustomerOwnFields } from './OwnFields'
import { Promised } from './Promised'
import { Section } from './Section'
import { Story } from './Story'
import { customerQuery, organisationQuery } from './story'
import type { CustomerDetail } from './types'
import card from './Customer.module.css'
import classes from './CustomerPage.module.css'

const JoinDialog = lazyPart(async () => (await import('./JoinDialog')).JoinDialog)

const route = getRouteApi('/desk/customers/$id')

/** One customer with everything that happened. */
export function CustomerPage() {
  const t = useT()
  const { id } = route.useParams()
  const asked = useQuery(customerQuery(id))
  const { data, error } = asked
  useScreenTitle(data ? data.name || t('customers.unnamed') : t('desk.customer.title'))
  if (error instanceof Problem && error.status === 404) return <Empty title={t('customers.gone')} text={t('customers.goneText')} />
  if (asked.isError && !data) return <ErrorState error={error} onRetry={() => void asked.refetch()} />
  if (!data) return <SkeletonRows rows={8} />
  return <Shown key={id} customer={data} />
}

/** Keeps the page as others and the customer change it. */
function useFreshness(id: string) {
  const cache = useQueryClient()
  const again = () => void cache.invalidateQueries({ queryKey: customerKey(id) })
  useLive<{ id: string }>('customer', ({ id: changed }) => {
    if (changed === id) again()
  })
  useLive<{ customer?: { id: string } }>('conversation', (row) => {
    if (row.customer?.id === id) again()
  })
  useLive<{ customer?: { id: string } }>('case', (row) => {
    if (row.customer?.id === id) again()
  })
}

function Shown({ customer }: { customer: CustomerDetail }) {
  const t = useT()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const editable = useCan('customer.edit')
  const [dialog, setDialog] = useState<'edit' | 'join'>()
  const [part, setPart] = useState<'story' | 'about'>('story')
  const close = () => setDialog(undefined)
  useFreshness(customer.id)
  useCommand(commands.edit, () => setDialog('edit'), editable)
  useCommand(commands.join, () => setDialog('join'), editable && !customer.joined_into)
  return (
    <article className={classes.page} aria-label={customer.name || t('customers.unnamed')}>
      <Head customer={customer} editable={editable} onEdit={() => setDialog('edit')} onJoin={() => setDialog('join')} />
      <div className={classes.parts}>
        <SegmentedControl
          fullWidth
          aria-label={t('customers.part')}
          value={part}
          onChange={(v) => setPart(v === 'about' ? 'about' : 'story')}
          data={[
            { value: 'story', label: t('customers.story.title') },
            { value: 'about', label: t('customers.about') },
          ]}
        />
      </div>
      <div className={classes.body} data-part={part}>
        <div className={classes.main}>
          <Story whose={{ of: 'customer', id: customer.id }} search={search} onSearch={(next) => void navigate({ search: next, replace: true })} />
        </div>
        <aside className={classes.side} aria-label={t('customers.about')}>
          <Promised id={customer.id} />
          <Details customer={customer} editable={editable} />
          <Figures whose={{ of: 'customer', id: customer.id }} />
          <Consents id={customer.id} editable={editable} />
          <Identity customer={customer} editable={editable} onJoin={() => setDialog('join')} />
        </aside>
      </div>
      <Dialog opened={dialog === 'edit'} onClose={close} title={t('desk.customer.editTitle')} size={480}>
        {dialog === 'edit' && <CustomerForm customer={customer} onDone={close} bare />}
      </Dialog>
      <PanelBoundary floating resetKey={dialog}>
        <Suspense>{dialog === 'join' && <JoinDialog customer={customer} onClose={close} />}</Suspense>
      </PanelBoundary>
    </article>
  )
}

interface HeadProps {
  customer: CustomerDetail
  editable: boolean
  onEdit: () => void
  onJoin: () => void
}

function Head({ customer, editable, onEdit, onJoin }: HeadProps) {
  const t = useT()
  return (
    <header className={classes.head}>
      <Avatar name={customer.name || '?'} size={44} />
      <div className={classes.who}>
        <h1>{customer.name || t('customers.unnamed')}</h1>
        <div className={classes.marks}>
          {customer.organisation_id ? <OrganisationLink id={customer.organisation_id} /> : customer.company && <Firm>{customer.company}</Firm>}
          <LocalFacts customer={customer} brand={customer.brand_id} />
        </div>
      </div>
      {editable && (
        <div className={classes.acts}>
          {!customer.joined_into && (
            <Tip label={t('customers.join.act')} command={commands.join}>
              <Button variant="default" leftSection={<Combine size={15} aria-hidden />} onClick={onJoin}>
                {t('customers.join.act')}
              </Button>
            </Tip>
          )}
          <Tip label={t('desk.customer.editTitle')} command={commands.edit}>
            <Button variant="default" leftSection={<Pencil size={15} aria-hidden />} onClick={onEdit}>
              {t('desk.customer.edit')}
            </Button>
          </Tip>
        </div>
      )}
      {customer.joined_into && <IsAnother id={customer.joined_into} />}
    </header>
  )
}

function Firm({ children }: { children: ReactNode }) {
  return (
    <span className={card.line}>
      <Building2 size={14} aria-hidden /> {children}
    </span>
  )
}

function OrganisationLink({ id }: { id: string }) {
  const { data } = useQuery(organisationQuery(id))
  if (!data) return null
  return (
    <Firm>
      <Link to="/organisations/$id" params={{ id }} search={{}} className={classes.link}>
        {data.name}
      </Link>
    </Firm>
  )
}

/** The customer is held to be another: whose story is told here. */
function IsAnother({ id }: { id: string }) {
  const t = useT()
  const { data } = useQuery(customerQuery(id))
  return (
    <p className={classes.another} role="status">
      <Combine size={16} aria-hidden /> {t('customers.isAnother')}{' '}
      <Link to="/customers/$id" params={{ id }} search={{}} className={classes.link}>
        {data?.name || t('customers.unnamed')}
      </Link>
    </p>
  )
}

function Details({ customer, editable }: { customer: CustomerDetail; editable: boolean }) {
  const t = useT()
  const addresses = addressesOf(customer.contact_points)
  const now = useNow('minute')
  return (
    <Section title={t('desk.customer.details')}>
      {customer.phone && <Copyable icon={null} text={customer.phone} href={`tel:${customer.phone.replaceAll(/[^\d+]/g, '')}`} more={<WriteTemplate customer={customer.id} number={customer.phone} brand={customer.brand_id} />} />}
      {customer.email && !knowsMail(addresses, customer.email) && <Copyable icon={null} text={customer.email} href={`mailto:${customer.email}`} />}
      {addresses.map((address) => (
        <Point key={address.point.id} address={address} customer={customer.name} />
      ))}
      <p className={classes.faint}>
        {t('desk.customer.since')} {formatDay(customer.created_at, t.language, now)}
      </p>
      {customer.about && (
        <div className={card.about}>
          <Plain text={customer.about} />
        </div>
      )}
      <BelongsTo customer={customer} editable={editable} />
      <CustomerOwnFields customer={customer} editable={editable} />
    </Section>
  )
}
