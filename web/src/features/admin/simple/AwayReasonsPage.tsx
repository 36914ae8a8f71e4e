import type { Resource } from '@/kit/resource/schema'
import { awayReasons, keys } from '../api'
import { AdminList } from '../parts/AdminList'
import type { AwayReason } from '../types'
import { YesNo } from './YesNo'

const resource: Resource<AwayReason, { name: string; paid: boolean }> = {
  key: keys.awayReasons,
  words: { title: 'admin.awayReasons.title', create: 'admin.awayReasons.create', empty: 'admin.awayReasons.empty', archived: 'admin.awayReasons.archived', saved: 'admin.awayReasons.saved' },
  edit: 'queue.edit',
  nameOf: (reason) => reason.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (reason) => reason.name },
    { id: 'paid', label: 'admin.awayReasons.time', render: (reason) => <YesNo is={reason.paid} yes="admin.awayReasons.paid" no="admin.awayReasons.unpaid" /> },
  ],
  fields: [
    { kind: 'text', name: 'name', label: 'admin.name', help: 'admin.awayReasons.nameHelp', required: true },
    { kind: 'switch', name: 'paid', label: 'admin.awayReasons.paid', help: 'admin.awayReasons.paidHelp' },
  ],
  blank: { name: '', paid: true },
  toInput: ({ name, paid }) => ({ name, paid }),
  ...awayReasons,
}

/** Why an agent is away: lunch, training. */
export function AwayReasonsPage() {
  return <AdminList resource={resource} />
}
