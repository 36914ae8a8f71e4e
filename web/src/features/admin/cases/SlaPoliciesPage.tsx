import { useT } from '@/lib/i18n'
import type { Control, Resource } from '@/kit/resource/schema'
import { TopicInput } from '../../cases/TopicField'
import { categories, priorities } from '../../cases/types'
import { choices, every } from '../api'
import { AdminList } from '../parts/AdminList'
import { keys, replacePolicy, slaPolicies } from './api'
import { Brand, Whose } from './CaseFieldsPage'
import { EscalationsField } from './EscalationsField'
import { type PolicyInput, type SlaPolicy, blankPolicy, policyBody, policyInput } from './policy'
import { TargetsField } from './TargetsField'

const resource: Resource<SlaPolicy, PolicyInput> = {
  key: keys.slaPolicies,
  words: { title: 'admin.sla.title', create: 'admin.sla.create', empty: 'admin.sla.empty', archived: 'admin.sla.archived', saved: 'admin.sla.saved' },
  edit: 'case.setup',
  width: 600,
  unsearched: true,
  nameOf: (policy) => policy.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (policy) => policy.name },
    { id: 'priority', label: 'cases.priority', render: (policy) => <ForPriority of={policy} /> },
    { id: 'brand', label: 'resource.brand', wideOnly: true, render: (policy) => <Whose brand={policy.brand_id} /> },
  ],
  fields: [
    { kind: 'text', name: 'name', label: 'admin.name', required: true },
    { kind: 'custom', name: 'targets', label: 'admin.sla.targets', render: (control) => <TargetsField control={control} /> },
    { kind: 'custom', name: 'brand_id', label: 'resource.brand', createOnly: true, section: 'admin.sla.whom', render: (control) => <Brand control={control} /> },
    { kind: 'one', name: 'priority', label: 'cases.priority', help: 'admin.sla.priorityHelp', half: true, options: priorities.map((p) => ({ value: p, label: `cases.priority.${p}` as const })) },
    { kind: 'custom', name: 'topic', label: 'admin.sla.topic', half: true, render: (control) => <Topic control={control} /> },
    { kind: 'one', name: 'hours', label: 'admin.sla.hours', required: true, section: 'admin.sla.when', options: [{ value: 'business', label: 'admin.sla.hours.business' }, { value: 'always', label: 'admin.sla.hours.always' }] },
    { kind: 'one', name: 'calendar_id', label: 'admin.calendar', help: 'admin.sla.calendarHelp', when: (values) => values.hours === 'business', options: choices(every.calendars) },
    { kind: 'many', name: 'pauses', label: 'admin.sla.pauses', help: 'admin.sla.pausesHelp', options: categories.filter((c) => c !== 'done').map((c) => ({ value: c, label: `cases.category.${c}` as const })) },
    { kind: 'number', name: 'warn_percent', label: 'admin.sla.warn', help: 'admin.sla.warnHelp', min: 0, max: 99, suffix: ' %' },
    { kind: 'custom', name: 'escalations', label: 'admin.sla.escalations', section: 'admin.sla.then', render: (control) => <EscalationsField control={control} /> },
  ],
  blank: blankPolicy,
  toInput: policyInput,
  ...slaPolicies,
  create: (input) => slaPolicies.create({ ...policyBody(input), ...(input.brand_id && { brand_id: input.brand_id }) }),
  update: (id, input) => replacePolicy(id, { ...policyBody(input), version: input.version }),
}

function Topic({ control }: { control: Control }) {
  const t = useT()
  const { label, name, error, disabled, value } = control
  return <TopicInput label={label} description={t('admin.sla.topicHelp')} name={name} error={error} disabled={disabled} value={value as string} onChange={control.onChange as (topic: string) => void} />
}

/** Promised times of cases, and what happens when they run out. */
export function SlaPoliciesPage() {
  return <AdminList resource={resource} />
}

function ForPriority({ of }: { of: SlaPolicy }) {
  const t = useT()
  return <>{of.priority ? t(`cases.priority.${of.priority}`) : t('admin.sla.every')}</>
}
