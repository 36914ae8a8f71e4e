import { useT } from '@/lib/i18n'
import type { Resource } from '@/kit/resource/schema'
import type { Command } from '../../rules/words'
import { choices, every, keys, macros } from '../api'
import { Brand, Whose } from '../cases/CaseFieldsPage'
import { AdminList } from '../parts/AdminList'
import { changed } from '../parts/collection'
import { DoField } from '../rules/DoField'
import type { Macro } from '../types'

type Visibility = 'own' | 'team' | 'all'

interface Input {
  name: string
  about: string
  visibility: Visibility
  team_id: string | null
  brand_id: string | null
  do: Command[]
  /** Of the version that is edited; never shown. */
  rev: number
}

const visibilities = ['all', 'team', 'own'] as const satisfies readonly Visibility[]

const resource: Resource<Macro, Input> = {
  key: keys.macros,
  words: { title: 'macros.title', create: 'macros.create', empty: 'macros.empty', archived: 'macros.archived', saved: 'macros.saved' },
  edit: 'canned.edit',
  width: 640,
  unsearched: true,
  byBrand: true,
  nameOf: (macro) => macro.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (macro) => macro.name },
    { id: 'visibility', label: 'macros.visibility', render: (macro) => <Visible macro={macro} /> },
    { id: 'brand', label: 'resource.brand', wideOnly: true, render: (macro) => <Whose brand={macro.brand_id} /> },
    { id: 'about', label: 'macros.about', wideOnly: true, render: (macro) => macro.about },
  ],
  fields: [
    { kind: 'text', name: 'name', label: 'admin.name', required: true },
    { kind: 'text', name: 'about', label: 'macros.about' },
    { kind: 'one', name: 'visibility', label: 'macros.visibility', required: true, createOnly: true, half: true, options: visibilities.map((v) => ({ value: v, label: `macros.visibility.${v}` as const })) },
    { kind: 'one', name: 'team_id', label: 'macros.team', required: true, createOnly: true, half: true, when: (input) => input.visibility === 'team', options: choices(every.teams) },
    { kind: 'custom', name: 'brand_id', label: 'resource.brand', createOnly: true, render: (control) => <Brand control={control} /> },
    { kind: 'custom', name: 'do', label: 'rules.commands', section: 'rules.do', render: (control) => <DoField control={control} of="macro" /> },
  ],
  blank: { name: '', about: '', visibility: 'all', team_id: null, brand_id: null, do: [{ do: 'add_tags' }], rev: 0 },
  toInput: (macro) => ({ name: macro.name, about: macro.about, visibility: macro.own ? 'own' : macro.team_id ? 'team' : 'all', team_id: macro.team_id ?? null, brand_id: macro.brand_id ?? null, do: macro.do, rev: macro.rev }),
  ...macros,
  create: ({ name, about, visibility, team_id, brand_id, do: commands }) =>
    macros.create({ name, about, do: commands, ...(visibility === 'own' && { own: true }), ...(visibility === 'team' && team_id && { team_id }), ...(brand_id && { brand_id }) }),
  // The version goes along, so that somebody else's change in between is not lost.
  update: (id, { name, about, do: commands, rev }, before) => macros.update(id, { ...changed<Partial<Input>>({ name, about, do: commands }, before), rev }),
}

/** Macros: commands that agents give at once. */
export function MacrosPage() {
  return <AdminList resource={resource} />
}

function Visible({ macro }: { macro: Macro }) {
  const t = useT()
  return <>{t(`macros.visibility.${macro.own ? 'own' : macro.team_id ? 'team' : 'all'}`)}</>
}
