import { useT } from '@/lib/i18n'
import { Badge } from '@/kit/Badge'
import type { Resource } from '@/kit/resource/schema'
import { keys, roles } from '../api'
import { AdminList } from '../parts/AdminList'
import { changed } from '../parts/collection'
import type { Rights, Role } from '../types'
import { Matrix } from './Matrix'
import { useRoleName } from './useRoles'

interface Input {
  name: string
  permissions: Rights
}

/** Built-in roles have no id of their own: their key stands for it. */
const withId = (role: Role): Role => ({ ...role, id: role.built_in ? role.key : role.id })

/** All own roles and those that every tenant has. */
export function RolesPage() {
  const roleName = useRoleName()
  const resource: Resource<Role, Input> = {
    key: keys.roles,
    words: { title: 'admin.roles.title', create: 'admin.roles.create', empty: 'admin.roles.empty', archived: 'admin.roles.archived', saved: 'admin.roles.saved' },
    edit: 'role.edit',
    width: 560,
    nameOf: (role) => roleName(role),
    columns: [
      { id: 'name', label: 'admin.name', render: (role) => roleName(role) },
      { id: 'kind', label: 'admin.roles.kind', render: (role) => <Kind role={role} /> },
      { id: 'rights', label: 'admin.roles.count', align: 'right', render: (role) => Object.keys(role.permissions).length },
    ],
    fields: [
      { kind: 'text', name: 'name', label: 'admin.name', required: true },
      { kind: 'custom', name: 'permissions', label: 'admin.roles.rights', render: ({ value, disabled, error, onChange }) => <Matrix value={value as Rights} disabled={disabled} error={error} onChange={onChange as (v: Rights) => void} /> },
    ],
    blank: { name: '', permissions: {} },
    toInput: (role) => ({ name: roleName(role), permissions: role.permissions }),
    locked: (role) => role.built_in,
    ...roles,
    list: async (query) => {
      const page = await roles.list(query)
      return { ...page, items: page.items.map(withId) }
    },
    get: undefined, // the list is always whole
    update: (id, input, before) => roles.update(id, changed(input, before)),
  }
  return <AdminList resource={resource} />
}

function Kind({ role }: { role: Role }) {
  const t = useT()
  return <Badge tone={role.built_in ? 'neutral' : 'accent'}>{t(role.built_in ? 'admin.roles.builtIn' : 'admin.roles.own')}</Badge>
}
