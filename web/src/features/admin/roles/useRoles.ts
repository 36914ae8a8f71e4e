import { useQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import type { Option } from '@/kit/Choose'
import { every } from '../api'
import type { Role } from '../types'

/** The name of a role: of a built-in one, in the language of the desk. */
export function useRoleName(): (role: Pick<Role, 'built_in' | 'key' | 'name'>) => string {
  const t = useT()
  return (role) => (role.built_in ? (t.maybe(`role.${role.key}`) ?? role.name) : role.name)
}

/** The names of roles by key, and all of them as options. */
export function useRoles(): { nameOf: (key: string) => string; options: Option[] } {
  const { data = [] } = useQuery(every.roles)
  const roleName = useRoleName()
  const names = new Map(data.map((role) => [role.key, roleName(role)]))
  const t = useT()
  return { nameOf: (key) => names.get(key) ?? t.maybe(`role.${key}`) ?? t('admin.gone'), options: data.map((role) => ({ value: role.key, label: roleName(role) })) }
}
