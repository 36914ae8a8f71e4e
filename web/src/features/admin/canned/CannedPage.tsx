import { languageNames, useT } from '@/lib/i18n'
import { BrandName } from '@/kit/BrandName'
import type { FieldSpec, Resource } from '@/kit/resource/schema'
import { canned, choices, every, keys } from '../api'
import { AdminList } from '../parts/AdminList'
import { BrandField } from '../parts/BrandField'
import { changed } from '../parts/collection'
import type { Canned, TextsByLanguage } from '../types'
import { CannedTexts, CannedVariants, type Variants, written } from './CannedTexts'

type Visibility = 'own' | 'team' | 'brand' | 'tenant'

interface Input {
  shortcut: string
  title: string
  visibility: Visibility
  brand_id: string | null
  team_id: string | null
  texts: TextsByLanguage
  variants: Variants
  /** Of the version that is edited; never shown. */
  rev: number
}

const fields: readonly FieldSpec<Input>[] = [
  { kind: 'text', name: 'title', label: 'admin.canned.name', required: true },
  { kind: 'text', name: 'shortcut', label: 'admin.canned.shortcut', help: 'admin.canned.shortcutHelp', required: true, half: true },
  {
    kind: 'one',
    name: 'visibility',
    label: 'admin.canned.visibility',
    required: true,
    createOnly: true,
    half: true,
    options: [
      { value: 'tenant', label: 'admin.canned.visibility.tenant' },
      { value: 'brand', label: 'admin.canned.visibility.brand' },
      { value: 'team', label: 'admin.canned.visibility.team' },
      { value: 'own', label: 'admin.canned.visibility.own' },
    ],
  },
  { kind: 'one', name: 'team_id', label: 'macros.team', required: true, createOnly: true, when: (input) => input.visibility === 'team', options: choices(every.teams) },
  { kind: 'custom', name: 'brand_id', label: 'resource.brand', required: true, createOnly: true, when: (input) => input.visibility === 'brand', render: (control) => <BrandField control={control} /> },
  { kind: 'custom', name: 'texts', label: 'admin.canned.text', render: (control) => <CannedTexts control={control} /> },
  { kind: 'custom', name: 'variants', label: 'admin.canned.byChannel', section: 'admin.canned.byChannel', render: (control) => <CannedVariants control={control} /> },
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
  blank: { shortcut: '', title: '', visibility: 'tenant', brand_id: null, team_id: null, texts: {}, variants: {}, rev: 0 },
  toInput: ({ shortcut, title, brand_id, team_id, own, texts, variants = {}, rev }) => ({ shortcut, title, team_id: team_id ?? null, visibility: own ? 'own' : team_id ? 'team' : brand_id ? 'brand' : 'tenant', brand_id: brand_id ?? null, texts, variants, rev }),
  ...canned,
  create: ({ shortcut, title, texts, variants, visibility, brand_id, team_id }) =>
    canned.create({ shortcut, title, texts, variants: written(variants), ...(visibility === 'own' ? { own: true } : {}), ...(visibility === 'team' && team_id ? { team_id } : {}), ...(visibility === 'brand' && brand_id ? { brand_id } : {}) }),
  // The version goes along, so that somebody else's change in between is not lost.
  update: (id, { shortcut, title, texts, variants, rev }, before) => canned.update(id, { ...changed<Partial<Omit<Input, 'team_id'>>>({ shortcut, title, texts, variants: written(variants) }, before), rev }),
}

/** Canned replies: prepared texts that agents insert by their shortcut. */
export function CannedPage() {
  return <AdminList resource={resource} />
}

function Whose({ reply }: { reply: Canned }) {
  const t = useT()
  if (reply.own) return <>{t('admin.canned.visibility.own')}</>
  if (reply.team_id) return <>{t('admin.canned.visibility.team')}</>
  return reply.brand_id ? <BrandName id={reply.brand_id} /> : <>{t('resource.allBrands')}</>
}
