import { useT } from '@/lib/i18n'
import { BrandName } from '@/kit/BrandName'
import type { FieldSpec, Resource } from '@/kit/resource/schema'
import { choices, every, keys, queues } from '../api'
import { AdminList } from '../parts/AdminList'
import { BrandField } from '../parts/BrandField'
import { useBrands } from '../parts/lookups'
import { SkillLevels } from '../parts/SkillLevels'
import type { Queue, SkillLevel } from '../types'
import { MembersTab } from './MembersTab'
import { QueueTexts } from './QueueTexts'
import { type QueueInput, blankQueue, newQueueBody, queueBody, queueInput } from './form'

const seconds = { kind: 'number', min: 0, suffix: ' s', half: true } as const

const fields: readonly FieldSpec<QueueInput>[] = [
  { kind: 'text', name: 'name', label: 'admin.name', required: true },
  { kind: 'custom', name: 'brand_id', label: 'resource.brand', required: true, createOnly: true, render: (control) => <BrandField control={control} /> },
  { kind: 'text', name: 'description', label: 'admin.queues.description', help: 'admin.queues.descriptionHelp' },
  { kind: 'number', name: 'target_percent', label: 'admin.queues.percent', section: 'admin.queues.target', min: 1, max: 100, suffix: ' %', half: true, required: true },
  { ...seconds, name: 'target_seconds', label: 'admin.queues.within', min: 1, required: true },
  { ...seconds, name: 'short_abandon_seconds', label: 'admin.queues.short', help: 'admin.queues.shortHelp' },
  { kind: 'number', name: 'priority', label: 'admin.queues.priority', help: 'admin.queues.priorityHelp', min: 0, max: 100, half: true },
  { kind: 'custom', name: 'required', label: 'admin.queues.required', section: 'admin.queues.who', render: ({ name, label, value, disabled, errorOf, onChange }) => <SkillLevels name={name} label={label} value={value as SkillLevel[]} disabled={disabled} errorOf={errorOf} onChange={onChange as (v: SkillLevel[]) => void} /> },
  { ...seconds, name: 'preferred_wait_seconds', label: 'admin.queues.preferred', help: 'admin.queues.preferredHelp' },
  { ...seconds, name: 'offer_seconds', label: 'admin.queues.offer', help: 'admin.queues.offerHelp' },
  { kind: 'switch', name: 'pull_allowed', label: 'admin.queues.pull', help: 'admin.queues.pullHelp' },
  { ...seconds, name: 'wrap_up_seconds', label: 'admin.queues.wrapUp', help: 'admin.queues.wrapUpHelp', section: 'admin.queues.after' },
  { kind: 'switch', name: 'disposition_required', label: 'admin.queues.disposition', help: 'admin.queues.dispositionHelp' },
  { kind: 'number', name: 'max_waiting', label: 'admin.queues.maxWaiting', help: 'admin.queues.noLimit', section: 'admin.queues.overflow', min: 0, half: true },
  { ...seconds, name: 'max_wait_seconds', label: 'admin.queues.maxWait', help: 'admin.queues.noLimit' },
  { kind: 'one', name: 'overflow_queue_id', label: 'admin.queues.overflowTo', help: 'admin.queues.overflowHelp', options: choices(every.queues) },
  { kind: 'one', name: 'calendar_id', label: 'admin.calendar', help: 'admin.queues.calendarHelp', section: 'admin.queues.hours', options: choices(every.calendars) },
  { kind: 'custom', name: 'texts', label: 'admin.queues.texts', section: 'admin.queues.texts', render: (control) => <QueueTexts control={control} /> },
]

const resource: Resource<Queue, QueueInput> = {
  key: keys.queues,
  words: { title: 'admin.queues.title', create: 'admin.queues.create', empty: 'admin.queues.empty', archived: 'admin.queues.archived', saved: 'admin.queues.saved' },
  edit: 'queue.edit',
  width: 600,
  byBrand: true,
  nameOf: (queue) => queue.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (queue) => queue.name },
    { id: 'brand', label: 'resource.brand', wideOnly: true, render: (queue) => <BrandName id={queue.brand_id} /> },
    { id: 'target', label: 'admin.queues.target', align: 'right', render: (queue) => <Target queue={queue} /> },
    { id: 'priority', label: 'admin.queues.priority', align: 'right', wideOnly: true, render: (queue) => queue.priority },
  ],
  fields,
  blank: blankQueue,
  toInput: queueInput,
  ...queues,
  create: (input) => queues.create(newQueueBody(input)),
  update: (id, input, before) => queues.update(id, queueBody(input, before)),
  tabs: [{ id: 'members', label: 'admin.member.title', render: (queue) => <MembersTab queue={queue} /> }],
}

/** Queues: where contacts wait, and by which rules they reach an agent. */
export function QueuesPage() {
  const { brands } = useBrands()
  return <AdminList resource={{ ...resource, blank: { ...blankQueue, brand_id: brands.length === 1 ? (brands[0]?.id ?? '') : '' } }} />
}

function Target({ queue }: { queue: Queue }) {
  const t = useT()
  return <>{t('admin.queues.targetOf', { percent: queue.target_percent, seconds: queue.target_seconds })}</>
}
