import { useT } from '@/lib/i18n'
import { formatFull } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import type { FieldSpec, Resource } from '@/kit/resource/schema'
import { choices, every, facebookPages, keys } from '../api'
import { EventsTab } from '../channels/EventsTab'
import { AdminList } from '../parts/AdminList'
import { BrandField } from '../parts/BrandField'
import { BrandName } from '../parts/BrandName'
import { useBrands } from '../parts/lookups'
import type { FacebookPage } from '../types'
import { HealthTab } from './HealthTab'
import { Steps } from './Steps'
import { type PageInput, blankPage, newPageBody, pageBody, pageInput } from './form'
import classes from '../mailboxes/Mailboxes.module.css'

const fields: readonly FieldSpec<PageInput>[] = [
  { kind: 'custom', name: 'id', label: 'admin.facebook.steps', when: (values) => values.id === '', render: () => <Steps /> },
  { kind: 'password', name: 'token', label: 'admin.facebook.token', help: 'admin.facebook.tokenHelp', required: true, when: (values) => values.id === '' },
  { kind: 'custom', name: 'brand_id', label: 'resource.brand', required: true, createOnly: true, render: (control) => <BrandField control={control} /> },
  { kind: 'text', name: 'name', label: 'admin.name', help: 'admin.facebook.nameHelp' },
  { kind: 'one', name: 'queue_id', label: 'admin.queue', help: 'admin.channels.queueHelp', required: true, options: choices(every.queues) },
  { kind: 'switch', name: 'human_agent', label: 'admin.facebook.humanAgent', help: 'admin.facebook.humanAgentHelp' },
  { kind: 'switch', name: 'active', label: 'admin.channels.active', help: 'admin.facebook.activeHelp', when: (values) => values.id !== '' },
  { kind: 'password', name: 'token', label: 'admin.facebook.newToken', help: 'admin.facebook.newTokenHelp', section: 'admin.facebook.access', when: (values) => values.id !== '' },
]

const resource: Resource<FacebookPage, PageInput> = {
  key: keys.facebookPages,
  words: {
    title: 'admin.facebook.title',
    create: 'admin.facebook.create',
    submit: 'admin.facebook.connect',
    empty: 'admin.facebook.empty',
    archived: 'admin.facebook.archived',
    saved: 'admin.facebook.saved',
    archive: 'admin.facebook.disconnect',
    forever: 'admin.facebook.forever',
  },
  edit: 'entry_point.edit',
  width: 680,
  byBrand: true,
  nameOf: (page) => page.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (page) => page.name },
    { id: 'page', label: 'admin.facebook.page', wideOnly: true, render: (page) => page.page_id },
    { id: 'brand', label: 'resource.brand', wideOnly: true, render: (page) => <BrandName id={page.brand_id} /> },
    { id: 'state', label: 'admin.state', render: (page) => <State page={page} /> },
  ],
  fields,
  blank: blankPage,
  toInput: pageInput,
  ...facebookPages,
  restore: undefined,
  create: (input) => facebookPages.create(newPageBody(input)),
  update: (id, input, before) => facebookPages.update(id, pageBody(input, before)),
  extra: (page) => <Trouble page={page} />,
  tabs: [
    { id: 'health', label: 'admin.facebook.health', when: (page) => !page.archived, render: (page) => <HealthTab page={page} /> },
    { id: 'events', label: 'admin.channels.events', render: (page) => <EventsTab channel={page} /> },
  ],
}

/** Pages of Facebook: their messages come here. */
export function PagesPage() {
  const { brands } = useBrands()
  return <AdminList resource={{ ...resource, blank: { ...blankPage, brand_id: brands.length === 1 ? (brands[0]?.id ?? '') : '' } }} />
}

function State({ page }: { page: FacebookPage }) {
  const t = useT()
  if (page.health === 'failing') return <Badge tone="danger">{t(page.health_code === 'meta.reconnect' ? 'admin.facebook.reconnect' : 'admin.health.failing')}</Badge>
  if (!page.active) return <Badge tone="neutral">{t('admin.health.off')}</Badge>
  return <Badge tone="ok">{t('admin.mailboxes.connected')}</Badge>
}

/** Why a page does not work, since when, and until when its access is good. */
function Trouble({ page }: { page: FacebookPage }) {
  const t = useT()
  if (page.archived) return null
  return (
    <div role="status">
      {page.health === 'failing' && (
        <p className={classes.health} data-failing>
          {page.health_at && t('admin.mailboxes.failingSince', { at: formatFull(page.health_at, t.language) })} {(page.health_code && t.maybe(`error.${page.health_code}`)) ?? page.health_code}
        </p>
      )}
      {page.token_expires_at && <p className={classes.health}>{t('admin.facebook.expires', { at: formatFull(page.token_expires_at, t.language) })}</p>}
    </div>
  )
}
