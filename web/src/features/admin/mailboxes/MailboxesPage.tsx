import { useT } from '@/lib/i18n'
import { formatFull } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import { BrandName } from '@/kit/BrandName'
import type { FieldSpec, Resource } from '@/kit/resource/schema'
import { choices, every, keys, mailboxes } from '../api'
import { AdminList } from '../parts/AdminList'
import { BrandField } from '../parts/BrandField'
import { useBrands } from '../parts/lookups'
import type { Mailbox } from '../types'
import { type MailboxInput, blankMailbox, mailboxBody, mailboxInput, newMailboxBody } from './form'
import { MailboxFields, SecretFields } from './MailboxFields'
import classes from './Mailboxes.module.css'

const fields: readonly FieldSpec<MailboxInput>[] = [
  { kind: 'text', name: 'name', label: 'admin.name', help: 'admin.mailboxes.nameHelp', required: true },
  { kind: 'custom', name: 'brand_id', label: 'resource.brand', required: true, createOnly: true, render: (control) => <BrandField control={control} /> },
  { kind: 'email', name: 'address', label: 'admin.mailboxes.address', required: true, createOnly: true },
  { kind: 'one', name: 'queue_id', label: 'admin.queue', help: 'admin.mailboxes.queueHelp', required: true, options: choices(every.queues) },
  { kind: 'switch', name: 'active', label: 'admin.mailboxes.active', help: 'admin.mailboxes.activeHelp', when: (values) => values.id !== '' },
  { kind: 'custom', name: 'secrets', label: 'admin.mailboxes.secrets', section: 'admin.mailboxes.secrets', when: (values) => values.settings.transport !== 'sink', render: (control) => <SecretFields control={control} /> },
  { kind: 'custom', name: 'settings', label: 'admin.mailboxes.servers', section: 'admin.mailboxes.servers', render: (control) => <MailboxFields control={control} /> },
]

const resource: Resource<Mailbox, MailboxInput> = {
  key: keys.mailboxes,
  words: {
    title: 'admin.mailboxes.title',
    create: 'admin.mailboxes.create',
    submit: 'admin.mailboxes.connect',
    empty: 'admin.mailboxes.empty',
    archived: 'admin.mailboxes.archived',
    saved: 'admin.mailboxes.saved',
    archive: 'admin.mailboxes.disconnect',
    forever: 'admin.mailboxes.forever',
  },
  edit: 'entry_point.edit',
  width: 640,
  byBrand: true,
  nameOf: (box) => box.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (box) => box.name },
    { id: 'address', label: 'admin.mailboxes.address', wideOnly: true, render: (box) => box.address },
    { id: 'brand', label: 'resource.brand', wideOnly: true, render: (box) => <BrandName id={box.brand_id} /> },
    { id: 'state', label: 'admin.state', render: (box) => <State box={box} /> },
  ],
  fields,
  blank: blankMailbox,
  toInput: mailboxInput,
  ...mailboxes,
  create: (input) => mailboxes.create(newMailboxBody(input)),
  update: (id, input, before) => mailboxes.update(id, mailboxBody(input, before)),
  extra: (box) => <Health box={box} />,
}

/** Mailboxes of the brands: how they are reached and whether that works. */
export function MailboxesPage() {
  const { brands } = useBrands()
  return <AdminList resource={{ ...resource, blank: { ...blankMailbox, brand_id: brands.length === 1 ? (brands[0]?.id ?? '') : '' } }} />
}

function State({ box }: { box: Mailbox }) {
  const t = useT()
  if (!box.active) return <Badge tone="neutral">{t('admin.health.off')}</Badge>
  if (box.health === 'failing') return <Badge tone="danger">{t('admin.health.failing')}</Badge>
  if (!box.queue_id) return <Badge tone="warn">{t('admin.health.noQueue')}</Badge>
  return <Badge tone="ok">{t('admin.mailboxes.connected')}</Badge>
}

/** Since when it works or does not, why, and what to do. */
function Health({ box }: { box: Mailbox }) {
  const t = useT()
  const since = box.health_at && formatFull(box.health_at, t.language)
  if (box.archived || !box.active) return null
  if (box.health === 'failing') {
    return (
      <p className={classes.health} data-failing role="status">
        {since ? t('admin.mailboxes.failingSince', { at: since }) : t('admin.health.failing')} {(box.health_code && t.maybe(`error.${box.health_code}`)) ?? box.health_code}
      </p>
    )
  }
  return since ? <p className={classes.health}>{t('admin.mailboxes.worksSince', { at: since })}</p> : null
}
