import { Button } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Mail } from 'lucide-react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { formatFull, useNow } from '@/lib/time'
import { useAct } from '@/kit/act'
import { keys } from '../api'
import { allPages } from '../parts/collection'
import { useRoles } from '../roles/useRoles'
import type { Invitation } from '../types'
import classes from './Users.module.css'

/** The open invitations, whole. */
export const invitationsQuery = queryOptions({ queryKey: keys.invitations, queryFn: () => allPages((query) => ok(api.GET('/api/v1/invitations', { params: { query } }))) })

/** Invitations that nobody has accepted yet; one can be taken back. */
export function Invitations() {
  const t = useT()
  const allowed = useCan('user.edit')
  const { data = [] } = useQuery({ ...invitationsQuery, enabled: allowed })
  if (data.length === 0) return null
  return (
    <section className={classes.invitations} aria-label={t('admin.users.invitations')}>
      <h2>{t('admin.users.invitations')}</h2>
      <ul>
        {data.map((invitation) => (
          <Row key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </section>
  )
}

function Row({ invitation }: { invitation: Invitation }) {
  const t = useT()
  const act = useAct()
  const now = useNow('minute')
  const { nameOf } = useRoles()
  const { id, email, name, expires_at } = invitation
  const over = Date.parse(expires_at) < now
  const revoke = () =>
    act({
      done: t('admin.users.revoked'),
      touches: [keys.invitations],
      apply: (cache) => cache.setQueryData<Invitation[]>(keys.invitations, (list) => list?.filter((i) => i.id !== id)),
      commit: () => ok(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } })),
    })
  return (
    <li className={classes.invitation}>
      <Mail size={16} aria-hidden />
      <span className={classes.grow}>
        {name ? `${name} · ` : ''}
        {email} <span className={classes.email}>{invitation.roles.map(nameOf).join(', ')}</span>
      </span>
      <span className={classes.email}>{t(over ? 'admin.users.expired' : 'admin.users.expires', { at: formatFull(expires_at, t.language) })}</span>
      <Button variant="subtle" color="danger" size="sm" onClick={() => void revoke()}>
        {t('admin.users.revoke')}
        <span className="sr-only">: {email}</span>
      </Button>
    </li>
  )
}
