import { useT } from '@/lib/i18n'
import type { Resource } from '@/kit/resource/schema'
import type { Schemas } from '@/lib/api'
import { nameIn } from '../../cases/names'
import { AdminList } from '../parts/AdminList'
import { changed } from '../parts/collection'
import { Words } from '../parts/Words'
import type { TextsByLanguage, Thing } from '../types'
import { customerFields, keys } from './api'
import { Brand, Whose } from './CaseFieldsPage'
import { Named } from './CaseStatusesPage'
import { ChoicesField } from './ChoicesField'

type CustomerField = Schemas['CustomerFieldBody']

interface Input {
  subject: CustomerField['subject']
  names: TextsByLanguage
  key: string
  type: CustomerField['type']
  choices: CustomerField['choices']
  position: number
  brand_id: string | null
}

const types = ['text', 'number', 'date', 'choice', 'yes_no'] as const
const subjects = ['customer', 'organisation'] as const

const resource: Resource<CustomerField & Thing, Input> = {
  key: keys.customerFields,
  words: { title: 'admin.customerFields.title', create: 'admin.customerFields.create', empty: 'admin.customerFields.empty', archived: 'admin.customerFields.archived', saved: 'admin.customerFields.saved' },
  edit: 'customer.setup',
  unsearched: true,
  byBrand: true,
  nameOf: (field) => nameIn(field.names, 'en'),
  columns: [
    { id: 'name', label: 'admin.name', render: (field) => <Named names={field.names} /> },
    { id: 'subject', label: 'admin.customerFields.subject', render: (field) => <SubjectName of={field.subject} /> },
    { id: 'type', label: 'admin.caseFields.type', wideOnly: true, render: (field) => <TypeName of={field.type} /> },
    { id: 'brand', label: 'resource.brand', wideOnly: true, render: (field) => <Whose brand={field.brand_id} /> },
  ],
  fields: [
    { kind: 'one', name: 'subject', label: 'admin.customerFields.subject', required: true, createOnly: true, options: subjects.map((s) => ({ value: s, label: `admin.customerFields.subject.${s}` as const })) },
    { kind: 'custom', name: 'names', label: 'admin.name', render: (control) => <Words {...control} value={control.value as TextsByLanguage} onChange={control.onChange as (v: TextsByLanguage) => void} /> },
    { kind: 'text', name: 'key', label: 'admin.caseFields.key', help: 'admin.caseFields.keyHelp', required: true, createOnly: true, half: true },
    { kind: 'one', name: 'type', label: 'admin.caseFields.type', required: true, createOnly: true, half: true, options: types.map((t) => ({ value: t, label: `admin.caseFields.type.${t}` as const })) },
    { kind: 'custom', name: 'choices', label: 'admin.caseFields.choices', when: (values) => values.type === 'choice', render: (control) => <ChoicesField control={control} /> },
    { kind: 'custom', name: 'brand_id', label: 'resource.brand', createOnly: true, render: (control) => <Brand control={control} /> },
    { kind: 'number', name: 'position', label: 'admin.cases.position', help: 'admin.cases.positionHelp', min: 0 },
  ],
  blank: { subject: 'customer', names: {}, key: '', type: 'text', choices: [], position: 0, brand_id: null },
  toInput: ({ subject, names, key, type, choices, position, brand_id }) => ({ subject, names, key, type, choices, position, brand_id: brand_id ?? null }),
  ...customerFields,
  create: ({ brand_id, choices, ...rest }) => customerFields.create({ ...rest, ...(rest.type === 'choice' && { choices }), ...(brand_id && { brand_id }) }),
  update: (id, { names, choices, position }, before) => customerFields.update(id, changed<Partial<Omit<Input, 'brand_id'>>>({ names, choices, position }, before)),
}

/** Fields of customers and organisations: what is kept of them beside the usual. */
export function CustomerFieldsPage() {
  return <AdminList resource={resource} />
}

function TypeName({ of }: { of: CustomerField['type'] }) {
  return <>{useT()(`admin.caseFields.type.${of}`)}</>
}

function SubjectName({ of }: { of: CustomerField['subject'] }) {
  return <>{useT()(`admin.customerFields.subject.${of}`)}</>
}
