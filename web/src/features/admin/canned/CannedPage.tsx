import { languageNames, useT } from '@/lib/i18n'
import type { Control, FieldSpec, Resource } from '@/kit/resource/schema'
import { canned, keys } from '../api'
import { AdminList } from '../parts/AdminList'
import { BrandField } from '../parts/BrandField'
import { BrandName } from '../parts/BrandName'
import { changed } from '../parts/collection'
import type { Canned, TextsByLanguage } from '../types'
import { CannedTexts } from './CannedTexts'

interface Input {
  shortcut: string
  title: string
  brand_id: string | null
  texts: TextsByLanguage
  /** Of the version that is edited; never shown. */
  rev: number
}

const fields: readonly FieldSpec<Input>[] = [
  { kind: 'text', name: 'title', label: 'admin.canned.name', required: true },
  { kind: 'text', name: 'shortcut', label: 'admin.canned.shortcut', help: 'admin.canned.shortcutHelp', required: true, half: true },
  { kind: 'custom', name: 'brand_id', label: 'resource.brand', createOnly: true, half: true, render: (control) => <Brand control={control} /> },
  { kind: 'custom', name: 'texts', label: 'admin.canned.text', render: (control) => <CannedTexts control={control} /> },
]

const resource: Resource<Canned, Input> = {
  key: keys.canned,
  words: { title: 'admin.canned.title', create: 'admin.canned.create', empty: 'admin.canned.empty', archived: 'admin.canned.archived', saved: 'admin.canned.saved' },
  edit: 'canned.edit',
  width: 560,
  byBrand: true,
  nameOf: (reply) => reply.title,
  columns: [
    { id: 'title', label: 'admin.canned.name', render: (reply) => reply.title },
    { id: 'shortcut', label: 'admin.canned.shortcut', render: (reply) => <code>/{reply.shortcut}</code> },
    { id: 'brand', label: 'resource.brand', render: (reply) => <Whose reply={reply} /> },
    { id: 'languages', label: 'admin.canned.languages', wideOnly: true, render: (reply) => languageNames(Object.keys(reply.texts).toSorted()) },
  ],
  fields,
  blank: { shortcut: '', title: '', brand_id: null, texts: {}, rev: 0 },
  toInput: ({ shortcut, title, brand_id, texts, rev }) => ({ shortcut, title, brand_id: brand_id ?? null, texts, rev }),
  ...canned,
  create: ({ shortcut, title, texts, brand_id }) => canned.create(brand_id ? { shortcut, title, texts, brand_id } : { shortcut, title, texts }),
  // The version goes along, so that somebody else's change in between is not lost.
  update: (id, { shortcut, title, texts, rev }, before) => canned.update(id, { ...changed<Partial<Input>>({ shortcut, title, texts }, before), rev }),
}

/** Canned replies: prepared texts that agents insert by their shortcut. */
export function CannedPage() {
  return <AdminList resource={resource} />
}

function Brand({ control }: { control: Control }) {
  const t = useT()
  return <BrandField control={control} required={false} placeholder={t('resource.allBrands')} />
}

function Whose({ reply }: { reply: Canned }) {
  const t = useT()
  return reply.brand_id ? <BrandName id={reply.brand_id} /> : <>{t('resource.allBrands')}</>
}
