import { useT } from '@/lib/i18n'
import type { Resource } from '@/kit/resource/schema'
import { nameIn } from '../../cases/names'
import { type CaseStatus, type Category, categories } from '../../cases/types'
import { AdminList } from '../parts/AdminList'
import { changed } from '../parts/collection'
import { Words } from '../parts/Words'
import type { TextsByLanguage, Thing } from '../types'
import { caseStatuses, keys } from './api'

interface Input {
  names: TextsByLanguage
  category: Category
  position: number
}

const resource: Resource<CaseStatus & Thing, Input> = {
  key: keys.caseStatuses,
  words: { title: 'admin.caseStatuses.title', create: 'admin.caseStatuses.create', empty: 'admin.caseStatuses.empty', archived: 'admin.caseStatuses.archived', saved: 'admin.caseStatuses.saved' },
  edit: 'case.setup',
  unsearched: true,
  nameOf: (status) => nameIn(status.names, 'en'),
  columns: [
    { id: 'name', label: 'admin.name', render: (status) => <Named names={status.names} /> },
    { id: 'category', label: 'admin.caseStatuses.category', render: (status) => <CategoryName of={status.category} /> },
    { id: 'position', label: 'admin.cases.position', align: 'right', wideOnly: true, render: (status) => status.position },
  ],
  fields: [
    { kind: 'custom', name: 'names', label: 'admin.name', render: (control) => <Words {...control} value={control.value as TextsByLanguage} onChange={control.onChange as (v: TextsByLanguage) => void} /> },
    { kind: 'one', name: 'category', label: 'admin.caseStatuses.category', help: 'admin.caseStatuses.categoryHelp', required: true, createOnly: true, options: categories.map((c) => ({ value: c, label: `cases.category.${c}` as const })) },
    { kind: 'number', name: 'position', label: 'admin.cases.position', help: 'admin.cases.positionHelp', min: 0 },
  ],
  blank: { names: {}, category: 'working', position: 0 },
  toInput: ({ names, category, position }) => ({ names, category, position }),
  ...caseStatuses,
  update: (id, { names, position }, before) => caseStatuses.update(id, changed<Partial<Input>>({ names, position }, before)),
}

/** Statuses of cases: the stages that they go through. */
export function CaseStatusesPage() {
  return <AdminList resource={resource} />
}

/** A name in the reader's language. */
export function Named({ names }: { names: TextsByLanguage }) {
  const { language } = useT()
  return <>{nameIn(names, language)}</>
}

function CategoryName({ of }: { of: Category }) {
  return <>{useT()(`cases.category.${of}`)}</>
}
