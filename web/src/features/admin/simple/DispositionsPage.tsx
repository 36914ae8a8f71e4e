import { useT } from '@/lib/i18n'
import type { Resource } from '@/kit/resource/schema'
import { choices, dispositions, every, keys } from '../api'
import { AdminList } from '../parts/AdminList'
import { useNames } from '../parts/lookups'
import type { Disposition } from '../types'
import { YesNo } from './YesNo'

interface Input {
  name: string
  resolved: boolean
  queue_id: string | null
}

const resource: Resource<Disposition, Input> = {
  key: keys.dispositions,
  words: { title: 'admin.dispositions.title', create: 'admin.dispositions.create', empty: 'admin.dispositions.empty', archived: 'admin.dispositions.archived', saved: 'admin.dispositions.saved' },
  edit: 'queue.edit',
  nameOf: (d) => d.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (d) => d.name },
    { id: 'queue', label: 'admin.queue', wideOnly: true, render: (d) => <QueueName id={d.queue_id} /> },
    { id: 'resolved', label: 'admin.dispositions.matter', render: (d) => <YesNo is={d.resolved} yes="admin.dispositions.resolved" no="admin.dispositions.unresolved" /> },
  ],
  fields: [
    { kind: 'text', name: 'name', label: 'admin.name', help: 'admin.dispositions.nameHelp', required: true },
    { kind: 'one', name: 'queue_id', label: 'admin.queue', help: 'admin.dispositions.queueHelp', options: choices(every.queues), createOnly: true },
    { kind: 'switch', name: 'resolved', label: 'admin.dispositions.resolved', help: 'admin.dispositions.resolvedHelp' },
  ],
  blank: { name: '', resolved: true, queue_id: null },
  toInput: ({ name, resolved, queue_id }) => ({ name, resolved, queue_id: queue_id ?? null }),
  ...dispositions,
  create: ({ queue_id, ...rest }) => dispositions.create(queue_id ? { ...rest, queue_id } : rest),
  update: (id, { name, resolved }) => dispositions.update(id, { name, resolved }),
}

/** Dispositions: how a contact ended. */
export function DispositionsPage() {
  return <AdminList resource={resource} />
}

function QueueName({ id }: { id: string | undefined }) {
  const t = useT()
  const nameOf = useNames(every.queues)
  return <>{id ? (nameOf(id) ?? t('admin.gone')) : t('admin.dispositions.everyQueue')}</>
}
