import { useT } from '@/lib/i18n'
import { Badge } from '@/kit/Badge'
import { BrandName } from '@/kit/BrandName'
import { ChooseOne } from '@/kit/Choose'
import { OwnMark } from '@/kit/OwnMark'
import type { Control, FieldSpec, Resource } from '@/kit/resource/schema'
import { choices, every, keys, ownChannels } from '../api'
import { AdminList } from '../parts/AdminList'
import { BrandField } from '../parts/BrandField'
import { useBrands, useChoices, useNames } from '../parts/lookups'
import type { OwnChannel } from '../types'
import { ConnectTab, NewKeys } from './ConnectTab'
import { EventsTab } from './EventsTab'
import { type ChannelInput, asked, blankChannel, channelBody, channelInput, icons, newChannelBody, placed, told, words } from './form'
import classes from './Channels.module.css'

const asks = (flag: string) => (input: ChannelInput) => input.asked.includes(flag)
const inPublic = (input: ChannelInput) => input.public
const inPrivate = (input: ChannelInput) => !input.public

/** What is asked of a channel. */
export const fields: readonly FieldSpec<ChannelInput>[] = [
  { kind: 'text', name: 'name', label: 'admin.name', help: 'admin.channels.nameHelp', required: true },
  { kind: 'custom', name: 'brand_id', label: 'resource.brand', required: true, createOnly: true, render: (control) => <BrandField control={control} /> },
  { kind: 'one', name: 'queue_id', label: 'admin.queue', help: 'admin.channels.queueHelp', required: true, options: choices(every.queues) },
  { kind: 'one', name: 'icon', label: 'admin.channels.icon', half: true, options: words(icons, (name) => `admin.channels.icon.${name}`) },
  { kind: 'color', name: 'color', label: 'admin.channels.color', half: true },
  { kind: 'switch', name: 'active', label: 'admin.channels.active', help: 'admin.channels.activeHelp' },
  { kind: 'switch', name: 'pull', label: 'admin.channels.pull', help: 'admin.channels.pullHelp', section: 'admin.channels.commands' },
  { kind: 'text', name: 'url', label: 'admin.channels.url', help: 'admin.channels.urlHelp', when: (input) => !input.pull },
  { kind: 'switch', name: 'idempotent', label: 'admin.channels.idempotent', help: 'admin.channels.idempotentHelp', when: (input) => !input.pull },
  { kind: 'switch', name: 'public', label: 'admin.channels.public', help: 'admin.channels.publicHelp', section: 'admin.channels.can' },
  { kind: 'number', name: 'text_limit', label: 'admin.channels.textLimit', min: 1, max: 20_000, half: true },
  { kind: 'number', name: 'files', label: 'admin.channels.files', min: 0, max: 5, half: true },
  { kind: 'number', name: 'window_hours', label: 'admin.channels.window', help: 'admin.channels.windowHelp', min: 0, max: 8760, suffix: 'h' },
  { kind: 'many', name: 'told', label: 'admin.channels.told', help: 'admin.channels.toldHelp', options: words(told.private, (name) => `admin.channels.can.${name}`), when: inPrivate },
  { kind: 'many', name: 'told', label: 'admin.channels.told', help: 'admin.channels.toldPublicHelp', options: words(told.public, (name) => `admin.channels.can.${name}`), when: inPublic },
  { kind: 'many', name: 'asked', label: 'admin.channels.asked', help: 'admin.channels.askedHelp', options: words(asked.private, (name) => `admin.channels.can.${name}`), when: inPrivate },
  { kind: 'many', name: 'asked', label: 'admin.channels.asked', help: 'admin.channels.askedHelp', options: words(asked.public, (name) => `admin.channels.can.${name}`), when: inPublic },
  { kind: 'custom', name: 'private_channel_id', label: 'admin.channels.goesOn', render: (control) => <GoesOn control={control} />, when: (input) => input.public && asks('private_reply')(input) },
  { kind: 'number', name: 'edit_minutes', label: 'admin.channels.editMinutes', help: 'admin.channels.minutesHelp', min: 0, max: 525_600, half: true, when: asks('own_edits') },
  { kind: 'number', name: 'delete_minutes', label: 'admin.channels.deleteMinutes', help: 'admin.channels.minutesHelp', min: 0, max: 525_600, half: true, when: asks('own_deletions') },
  { kind: 'text', name: 'reaction_set', label: 'admin.channels.reactionSet', help: 'admin.channels.reactionSetHelp', when: asks('own_reactions') },
]

const resource: Resource<OwnChannel, ChannelInput> = {
  key: keys.ownChannels,
  words: { title: 'admin.channels.title', create: 'admin.channels.create', empty: 'admin.channels.empty', archived: 'admin.channels.archived', saved: 'admin.channels.saved', forever: 'admin.channels.forever' },
  edit: 'entry_point.edit',
  width: 720,
  byBrand: true,
  nameOf: (channel) => channel.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (channel) => <Name channel={channel} /> },
    { id: 'brand', label: 'resource.brand', render: (channel) => <BrandName id={channel.brand_id} /> },
    { id: 'queue', label: 'admin.queue', wideOnly: true, render: (channel) => <QueueName id={channel.queue_id} /> },
    { id: 'state', label: 'admin.state', render: (channel) => <State channel={channel} /> },
  ],
  fields,
  blank: blankChannel,
  toInput: channelInput,
  ...ownChannels,
  restore: undefined,
  create: (input) => placed(ownChannels.create(newChannelBody(input))),
  update: (id, input, before) => placed(ownChannels.update(id, channelBody(input, before))),
  reveal: (made) => <NewKeys channel={made as OwnChannel} />,
  tabs: [
    { id: 'connect', label: 'admin.channels.connect', render: (channel) => <ConnectTab channel={channel} /> },
    { id: 'events', label: 'admin.channels.events', render: (channel) => <EventsTab channel={channel} /> },
  ],
}

/** Channels that the tenant's own systems speak. */
export function ChannelsPage() {
  const { brands } = useBrands()
  return <AdminList resource={{ ...resource, blank: { ...blankChannel, brand_id: brands.length === 1 ? (brands[0]?.id ?? '') : '' } }} />
}

function Name({ channel }: { channel: OwnChannel }) {
  return (
    <span className={classes.row}>
      <OwnMark icon={channel.settings.icon} color={channel.settings.color} /> {channel.name}
    </span>
  )
}

/** Where an answer in private goes on: a private channel of the same brand. */
function GoesOn({ control }: { control: Control }) {
  const t = useT()
  const { brand_id: brand } = control.values as ChannelInput
  const channels = useChoices(every.ownChannels, (channel) => channel.brand_id === brand && !channel.settings.can.public)
  return (
    <ChooseOne
      name={control.name}
      label={control.label}
      description={t('admin.channels.goesOnHelp')}
      placeholder={t('admin.channels.goesNowhere')}
      clearable
      data={channels}
      value={(control.value as string | null) ?? null}
      error={control.error}
      disabled={control.disabled}
      onChange={control.onChange as (id: string | null) => void}
    />
  )
}

function QueueName({ id }: { id: string | undefined }) {
  const nameOf = useNames(every.queues)
  return <>{nameOf(id) ?? '–'}</>
}

function State({ channel }: { channel: OwnChannel }) {
  const t = useT()
  if (channel.health === 'failing') return <Badge tone="danger">{t('admin.health.failing')}</Badge>
  if (!channel.active) return <Badge tone="neutral">{t('admin.health.off')}</Badge>
  return <Badge tone="ok">{t('admin.health.ok')}</Badge>
}
