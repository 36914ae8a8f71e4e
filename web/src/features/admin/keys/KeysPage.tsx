import { TextInput } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { Ago, formatFull } from '@/lib/time'
import type { Control, FieldSpec, Resource } from '@/kit/resource/schema'
import { apiKeys, keys } from '../api'
import { AdminList } from '../parts/AdminList'
import { Once } from '../parts/Once'
import { Matrix } from '../roles/Matrix'
import type { ApiKey, Rights } from '../types'
import { BrandsField } from '../users/BrandsField'
import { type KeyInput, blankKey, keyBody, keyInput } from './form'

const fields: readonly FieldSpec<KeyInput>[] = [
  { kind: 'text', name: 'name', label: 'admin.name', help: 'admin.keys.nameHelp', required: true },
  { kind: 'custom', name: 'expires_on', label: 'admin.keys.expires', render: (control) => <LastDay control={control} /> },
  { kind: 'switch', name: 'all_brands', label: 'admin.users.allBrands', help: 'admin.users.allBrandsHelp' },
  { kind: 'custom', name: 'brand_ids', label: 'admin.brands.title', when: (values) => !values.all_brands, render: (control) => <BrandsField control={control} /> },
  { kind: 'custom', name: 'permissions', label: 'admin.roles.rights', render: ({ value, disabled, error, onChange }) => <Matrix value={value as Rights} disabled={disabled} error={error} onChange={onChange as (v: Rights) => void} /> },
]

const resource: Resource<ApiKey, KeyInput> = {
  key: keys.apiKeys,
  words: {
    title: 'admin.keys.title',
    create: 'admin.keys.create',
    empty: 'admin.keys.empty',
    archived: 'admin.keys.revoked',
    saved: 'admin.keys.made',
    archive: 'admin.keys.revoke',
    active: 'admin.keys.valid',
    inactive: 'admin.keys.revokedOnes',
    forever: 'admin.keys.forever',
  },
  edit: 'key.edit',
  width: 560,
  unsearched: true,
  nameOf: (key) => key.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (key) => key.name },
    { id: 'hint', label: 'admin.keys.ends', wideOnly: true, render: (key) => <code>…{key.hint}</code> },
    { id: 'used', label: 'admin.keys.used', render: (key) => <Used at={key.last_used_at} /> },
    { id: 'expires', label: 'admin.keys.expires', wideOnly: true, render: (key) => <Expires at={key.expires_at} /> },
  ],
  fields,
  blank: blankKey,
  toInput: keyInput,
  list: apiKeys.list,
  get: apiKeys.get,
  create: (input) => apiKeys.create(keyBody(input)),
  archive: apiKeys.archive,
  reveal: (made) => <Made made={made as ApiKey} />,
}

/** Keys with which other programs use the interface. */
export function KeysPage() {
  return <AdminList resource={resource} />
}

function LastDay({ control }: { control: Control }) {
  const t = useT()
  const set = control.onChange as (value: string) => void
  return <TextInput type="date" name={control.name} label={control.label} description={t('admin.keys.expiresHelp')} value={String(control.value ?? '')} disabled={control.disabled} error={control.error ?? control.errorOf('expires_at')} onChange={(e) => set(e.currentTarget.value)} />
}

function Used({ at }: { at: string | undefined }) {
  const t = useT()
  return at ? <Ago at={at} /> : <>{t('admin.never')}</>
}

function Expires({ at }: { at: string | undefined }) {
  const t = useT()
  return <>{at ? formatFull(at, t.language) : t('admin.never')}</>
}

function Made({ made }: { made: ApiKey }) {
  const t = useT()
  return <Once text={t('admin.keys.once')} label={t('admin.keys.token')} value={made.token ?? ''} />
}
