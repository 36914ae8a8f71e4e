import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useT } from '@/lib/i18n'
import { useSession } from '@/lib/session'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { permissionsQuery } from '../api'
import type { Rights, Scope } from '../types'
import classes from './Matrix.module.css'
import { grantable, groupsOf, withScope } from './matrix'

interface Props {
  value: Rights
  disabled?: boolean
  error?: string
  onChange: (value: Rights) => void
}

/** What may be done, and how far: a row for each permission. Only rights that one has oneself can be given. */
export function Matrix({ value, disabled, error, onChange }: Props) {
  const t = useT()
  const id = useId()
  const held = useSession()?.permissions ?? {}
  const known = useQuery(permissionsQuery)
  if (known.isPending) return <SkeletonRows rows={5} height="40px" />
  if (known.isError && !known.data) return <ErrorState error={known.error} onRetry={() => void known.refetch()} />
  const names = known.data.items.map((p) => p.name)
  return (
    <div className={classes.matrix} role="group" aria-labelledby={id}>
      <h3 id={id}>{t('admin.roles.rights')}</h3>
      <p className={classes.hint}>{t(disabled ? 'admin.roles.rightsShown' : 'admin.roles.rightsHelp')}</p>
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
      {groupsOf(names).map((group) => (
        <section key={group.id}>
          <h4 className={classes.group}>{t.maybe(`admin.permissions.${group.id}`)}</h4>
          <ul className={classes.rows}>
            {group.permissions.map((p) => (
              <Row key={p} permission={p} value={(value[p] ?? 'none') as Scope | 'none'} grantable={grantable(held[p])} disabled={disabled} onChange={(scope) => onChange(withScope(value, p, scope))} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

interface RowProps {
  permission: string
  value: Scope | 'none'
  grantable: readonly Scope[]
  disabled?: boolean
  onChange: (scope: Scope | 'none') => void
}

function Row({ permission, value, grantable: mine, disabled, onChange }: RowProps) {
  const t = useT()
  const label = t.maybe(`admin.permission.${permission}`) ?? permission
  // What a role has already is shown even to who could not give it.
  const offered = value === 'none' || mine.includes(value) ? mine : [...mine, value]
  const data = [{ value: 'none', label: t('admin.scope.none') }, ...offered.map((s) => ({ value: s as string, label: t(`admin.scope.${s}`) }))]
  return (
    <li className={classes.row} data-given={value !== 'none' || undefined}>
      <span className={classes.label}>{label}</span>
      {disabled ? (
        <span className={classes.scope}>{t(`admin.scope.${value}`)}</span>
      ) : (
        <Select className={classes.choice} size="sm" aria-label={label} name={`permissions.${permission}`} data={data} value={value} disabled={mine.length === 0} onChange={(v) => v && onChange(v as Scope | 'none')} />
      )}
    </li>
  )
}
