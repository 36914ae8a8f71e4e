import { useT } from '@/lib/i18n'
import { BrandName } from '@/kit/BrandName'
import type { Control, Resource } from '@/kit/resource/schema'
import { nameIn } from '../../cases/names'
import type { CaseField } from '../../cases/types'
import { AdminList } from '../parts/AdminList'
import { BrandField } from '../parts/BrandField'
import { changed } from '../parts/collection'
import { Words } from '../parts/Words'
import { YesNo } from '../simple/YesNo'
import type { TextsByLanguage, Thing } from '../types'
import { caseFields, keys } from './api'
import { Named } from './CaseStatusesPage'
import { ChoicesField } from './ChoicesField'

interface Input {
  names: TextsByLanguage
  key: string
  type: CaseField['type']
  choices: CaseField['choices']
  required: boolean
  position: number
  brand_id: string | null
}

const types = ['text', 'number', 'date', 'choice', 'yes_no'] as const

const resource: Resource<CaseField & Thing, Input> = {
  key: keys.caseFields,
  words: { title: 'admin.caseFields.title', create: 'admin.caseFields.create', empty: 'admin.caseFields.empty', archived: 'admin.caseFields.archived', saved: 'admin.caseFields.saved' },
  edit: 'case.setup',
  unsearched: true,
  byBrand: true,
  nameOf: (field) => nameIn(field.names, 'en'),
  columns: [
    { id: 'name', label: 'admin.name', render: (field) => <Named names={field.names} /> },
    { id: 'type', label: 'admin.caseFields.type', render: (field) => <TypeName of={field.type} /> },
    { id: 'brand', label: 'resource.brand', wideOnly: true, render: (field) => <Whose brand={field.brand_id} /> },
    { id: 'required', label: 'admin.caseFields.required', wideOnly: true, render: (field) => <YesNo is={field.required} yes="admin.cases.yes" no="admin.cases.no" /> },
  ],
  fields: [
    { kind: 'custom', name: 'names', label: 'admin.name', render: (control) => <Words {...control} value={control.value as TextsByLanguage} onChange={control.onChange as (v: TextsByLanguage) => void} /> },
    { kind: 'text', name: 'key', label: 'admin.caseFields.key', help: 'admin.caseFields.keyHelp', required: true, createOnly: true, half: true },
    { kind: 'one', name: 'type', label: 'admin.caseFields.type', required: true, createOnly: true, half: true, options: types.map((t) => ({ value: t, label: `admin.caseFields.type.${t}` as const })) },
    { kind: 'custom', name: 'choices', label: 'admin.caseFields.choices', when: (values) => values.type === 'choice', render: (control) => <ChoicesField control={control} /> },
    { kind: 'custom', name: 'brand_id', label: 'resource.brand', createOnly: true, render: (control) => <Brand control={control} /> },
    { kind: 'switch', name: 'required', label: 'admin.caseFields.required', help: 'admin.caseFields.requiredHelp' },
    { kind: 'number', name: 'position', label: 'admin.cases.position', help: 'admin.cases.positionHelp', min: 0 },
  ],
  blank: { names: {}, key: '', type: 'text', choices: [], required: false, position: 0, brand_id: null },
  toInput: ({ names, key, type, choices, required, position, brand_id }) => ({ names, key, type, choices, required, position, brand_id: brand_id ?? null }),
  ...caseFields,
  create: ({ brand_id, choices, ...rest }) => caseFields.create({ ...rest, ...(rest.type === 'choice' && { choices }), ...(brand_id && { brand_id }) }),
  update: (id, { names, choices, required, position }, before) => caseFields.update(id, changed<Partial<Omit<Input, 'brand_id'>>>({ names, choices, required, position }, before)),
}

/** Fields of cases: what is asked of them beside the usual. */
export function CaseFieldsPage() {
  return <AdminList resource={resource} />
}

function TypeName({ of }: { of: CaseField['type'] }) {
  return <>{useT()(`admin.caseFields.type.${of}`)}</>
}

/** Whose it is: of a brand, or of all. */
export function Whose({ brand }: { brand: string | undefined }) {
  const t = useT()
  return brand ? <BrandName id={brand} /> : <>{t('resource.allBrands')}</>
}

/** The brand of a thing that may be of all. */
export function Brand({ control }: { control: Control }) {
  const t = useT()
  return <BrandField control={control} required={false} placeholder={t('resource.allBrands')} />
}
