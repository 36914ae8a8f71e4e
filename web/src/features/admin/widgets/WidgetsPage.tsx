import { useT } from '@/lib/i18n'
import { Badge } from '@/kit/Badge'
import { BrandName } from '@/kit/BrandName'
import type { FieldSpec, Resource } from '@/kit/resource/schema'
import { choices, entryPoints, every, keys } from '../api'
import { AdminList } from '../parts/AdminList'
import { BrandField } from '../parts/BrandField'
import { useBrands, useNames } from '../parts/lookups'
import type { EntryPoint } from '../types'
import { InstallTab } from './InstallTab'
import { Preview } from './Preview'
import { WidgetFields } from './WidgetFields'
import { type WidgetInput, defaultSettings, newWidgetBody, widgetBody, widgetInput } from './settings'
import classes from './Widgets.module.css'

const fields: readonly FieldSpec<WidgetInput>[] = [
  { kind: 'text', name: 'name', label: 'admin.name', help: 'setup.widget.nameHelp', required: true },
  { kind: 'custom', name: 'brand_id', label: 'resource.brand', required: true, createOnly: true, render: (control) => <BrandField control={control} /> },
  { kind: 'one', name: 'queue_id', label: 'admin.queue', help: 'admin.widgets.queueHelp', options: choices(every.queues) },
  { kind: 'switch', name: 'active', label: 'admin.widgets.active', help: 'admin.widgets.activeHelp' },
  {
    kind: 'custom',
    name: 'config',
    label: 'admin.widgets.look',
    section: 'admin.widgets.look',
    render: (control) => (
      <div className={classes.editor}>
        <WidgetFields control={control} />
        <Preview control={control} />
      </div>
    ),
  },
]

const blank: WidgetInput = { brand_id: '', name: '', queue_id: null, active: true, config: defaultSettings }

const resource: Resource<EntryPoint, WidgetInput> = {
  key: keys.entryPoints,
  words: { title: 'admin.widgets.title', create: 'admin.widgets.create', empty: 'admin.widgets.empty', archived: 'admin.widgets.archived', saved: 'admin.widgets.saved' },
  edit: 'entry_point.edit',
  width: 960,
  byBrand: true,
  nameOf: (point) => point.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (point) => point.name },
    { id: 'brand', label: 'resource.brand', render: (point) => <BrandName id={point.brand_id} /> },
    { id: 'queue', label: 'admin.queue', wideOnly: true, render: (point) => <QueueName id={point.queue_id} /> },
    { id: 'state', label: 'admin.state', render: (point) => <State point={point} /> },
  ],
  fields,
  blank,
  toInput: widgetInput,
  ...entryPoints,
  list: (query) => entryPoints.list({ ...query, channel: 'webchat' }),
  create: (input) => entryPoints.create(newWidgetBody(input)),
  update: (id, input, before) => entryPoints.update(id, widgetBody(input, before)),
  tabs: [{ id: 'install', label: 'admin.widgets.install', render: (point) => <InstallTab point={point} /> }],
}

/** The chats on brands' sites: how they look, what they ask, where they lead. */
export function WidgetsPage() {
  const { brands } = useBrands()
  return <AdminList resource={{ ...resource, blank: { ...blank, brand_id: brands.length === 1 ? (brands[0]?.id ?? '') : '' } }} />
}

function QueueName({ id }: { id: string | undefined }) {
  const nameOf = useNames(every.queues)
  return <>{nameOf(id) ?? '–'}</>
}

function State({ point }: { point: EntryPoint }) {
  const t = useT()
  if (point.health === 'failing') return <Badge tone="danger">{t('admin.health.failing')}</Badge>
  if (!point.active) return <Badge tone="neutral">{t('admin.health.off')}</Badge>
  if (!point.queue_id) return <Badge tone="warn">{t('admin.health.noQueue')}</Badge>
  return <Badge tone="ok">{t('admin.health.ok')}</Badge>
}
