import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, ok } from '@/lib/api'
import { type Translate, useT } from '@/lib/i18n'
import { formatFull } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import { BrandName } from '@/kit/BrandName'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { ChooseOne } from '@/kit/Choose'
import { Page } from '@/kit/Page'
import type { Control, FieldSpec, Resource } from '@/kit/resource/schema'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { channelAccounts, choices, every, keys } from '../api'
import { EventsTab } from '../channels/EventsTab'
import { AdminList } from '../parts/AdminList'
import { BrandField } from '../parts/BrandField'
import { CopyField } from '../parts/CopyField'
import { useBrands } from '../parts/lookups'
import type { ChannelAccount, ChannelForm } from '../types'
import { Guide, ours } from './Guide'
import { HealthTab } from './HealthTab'
import { type AccountInput, accountBody, accountInput, blankAccount, fieldsOf, newAccountBody } from './form'
import classes from '../mailboxes/Mailboxes.module.css'
import own from './Accounts.module.css'

const formsQuery = queryOptions({ queryKey: keys.channelForms, queryFn: async () => (await ok(api.GET('/api/v1/channel-forms'))).items, staleTime: 60_000 })

/** Accounts at providers, of all channels that have such: each is drawn from what its channel describes. */
export function AccountsPage() {
  const t = useT()
  const forms = useQuery(formsQuery)
  if (forms.data) return <Accounts forms={forms.data} />
  return (
    <Page title={t('admin.account.title')}>
      {forms.isError ? <ErrorState error={forms.error} onRetry={() => void forms.refetch()} /> : <SkeletonRows plain rows={6} height="44px" />}
    </Page>
  )
}

function Accounts({ forms }: { forms: readonly ChannelForm[] }) {
  const t = useT()
  const { brands } = useBrands()
  const brand = brands.length === 1 ? (brands[0]?.id ?? '') : ''
  return <AdminList resource={useMemo(() => resourceOf(forms, brand, t), [forms, brand, t])} />
}

const resourceOf = (forms: readonly ChannelForm[], brand: string, t: Translate): Resource<ChannelAccount, AccountInput> => ({
  key: keys.channelAccounts,
  words: {
    title: 'admin.account.title',
    create: 'admin.account.create',
    submit: 'admin.account.connect',
    empty: 'admin.account.empty',
    archived: 'admin.account.archived',
    saved: 'admin.account.saved',
    archive: 'admin.account.disconnect',
    forever: 'admin.account.forever',
  },
  edit: 'entry_point.edit',
  width: 680,
  byBrand: true,
  nameOf: (account) => account.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (account) => <Name account={account} /> },
    { id: 'address', label: 'admin.account.address', wideOnly: true, render: (account) => account.address },
    { id: 'brand', label: 'resource.brand', wideOnly: true, render: (account) => <BrandName id={account.brand_id} /> },
    { id: 'state', label: 'admin.state', render: (account) => <State account={account} /> },
  ],
  fields: fields(forms, t),
  blank: blankAccount(forms, brand),
  toInput: (account) => accountInput(account, forms),
  ...channelAccounts,
  restore: undefined,
  create: (input) => channelAccounts.create(newAccountBody(input, forms)),
  update: (id, input, before) => channelAccounts.update(id, accountBody(input, before, forms)),
  extra: (account) => <Trouble account={account} />,
  tabs: [
    { id: 'health', label: 'admin.account.health', when: (account) => !account.archived, render: (account) => <HealthTab account={account} fetches={forms.some((f) => f.channel === account.channel && f.fetches)} /> },
    { id: 'events', label: 'admin.channels.events', render: (account) => <EventsTab channel={account} /> },
  ],
})

/** What all channels ask for, with what each asks for beside. */
function fields(forms: readonly ChannelForm[], t: Translate): readonly FieldSpec<AccountInput>[] {
  const formOf = (values: AccountInput) => forms.find((f) => f.channel === values.channel)
  const drawn = forms.map((form) => fieldsOf(form, (key) => t.maybe(key) !== undefined))
  return [
    { kind: 'custom', name: 'channel', label: 'admin.account.channel', required: true, createOnly: true, render: (control) => <ChannelField control={control} forms={forms} /> },
    ...drawn.flatMap((d) => d.steering),
    {
      kind: 'custom', name: 'id', label: 'admin.account.guide', when: (values) => values.id === '' && values.channel !== '',
      render: (control) => <Guide form={formOf(control.values as AccountInput)} values={control.values as AccountInput} />,
    },
    ...drawn.flatMap((d) => d.rest),
    { kind: 'custom', name: 'brand_id', label: 'resource.brand', required: true, createOnly: true, render: (control) => <BrandField control={control} /> },
    { kind: 'text', name: 'name', label: 'admin.name', help: 'admin.account.nameHelp' },
    { kind: 'one', name: 'queue_id', label: 'admin.queue', help: 'admin.channels.queueHelp', required: true, options: choices(every.queues) },
    { kind: 'switch', name: 'active', label: 'admin.channels.active', help: 'admin.account.activeHelp', when: (values) => values.id !== '' },
    { kind: 'switch', name: 'shows_typing', label: 'admin.account.showsTyping', help: 'admin.account.showsTypingHelp', when: (values) => values.signs.includes('typing') },
    { kind: 'switch', name: 'shows_read', label: 'admin.account.showsRead', help: 'admin.account.showsReadHelp', when: (values) => values.signs.includes('read') },
    ...drawn.flatMap((d) => d.access),
  ]
}

/** Of which channel an account is. */
function ChannelField({ control, forms }: { control: Control; forms: readonly ChannelForm[] }) {
  const nameOf = useChannelName()
  return (
    <ChooseOne
      name={control.name}
      label={control.label}
      required
      data={forms.map((f) => ({ value: f.channel, label: nameOf(f.channel) }))}
      value={(control.value as string) || null}
      error={control.error}
      disabled={control.disabled}
      onChange={control.onChange as (v: string | null) => void}
    />
  )
}

function Name({ account }: { account: ChannelAccount }) {
  return (
    <span className={own.name}>
      <ChannelMark channel={account.channel} /> {account.name}
    </span>
  )
}

function State({ account }: { account: ChannelAccount }) {
  const t = useT()
  if (account.health === 'failing') return <Badge tone="danger">{t(account.health_code?.endsWith('.reconnect') ? 'admin.account.reconnect' : 'admin.health.failing')}</Badge>
  if (!account.active) return <Badge tone="neutral">{t('admin.health.off')}</Badge>
  return <Badge tone="ok">{t('admin.account.connected')}</Badge>
}

/** Why an account does not work, since when, until when its access is good, and where its provider posts. */
function Trouble({ account }: { account: ChannelAccount }) {
  const t = useT()
  if (account.archived) return null
  return (
    <>
      <div role="status">
        {account.health === 'failing' && (
          <p className={classes.health} data-failing>
            {account.health_at && t('admin.mailboxes.failingSince', { at: formatFull(account.health_at, t.language) })} {(account.health_code && t.maybe(`error.${account.health_code}`)) ?? account.health_code}
          </p>
        )}
        {account.expires_at && <p className={classes.health}>{t('admin.account.expires', { at: formatFull(account.expires_at, t.language) })}</p>}
      </div>
      {account.posted_at && (
        <div className={own.posted}>
          <CopyField label={t('admin.account.postedAt')} help={t('admin.account.postedAtHelp')} value={ours(account.posted_at)} />
        </div>
      )}
    </>
  )
}
