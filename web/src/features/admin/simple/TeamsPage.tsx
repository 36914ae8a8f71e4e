import { Link } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import type { Resource } from '@/kit/resource/schema'
import { keys, teams } from '../api'
import { AdminList } from '../parts/AdminList'
import type { Team } from '../types'

const resource: Resource<Team, { name: string }> = {
  key: keys.teams,
  words: { title: 'admin.teams.title', create: 'admin.teams.create', empty: 'admin.teams.empty', archived: 'admin.teams.archived', saved: 'admin.teams.saved' },
  edit: 'user.edit',
  nameOf: (team) => team.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (team) => team.name },
    { id: 'members', label: 'admin.teams.members', align: 'right', render: (team) => team.members },
  ],
  fields: [{ kind: 'text', name: 'name', label: 'admin.name', required: true }],
  blank: { name: '' },
  toInput: ({ name }) => ({ name }),
  extra: (team) => <WhoBelongs team={team} />,
  ...teams,
}

/** Teams: who a supervisor looks after. */
export function TeamsPage() {
  return <AdminList resource={resource} />
}

function WhoBelongs({ team }: { team: Team }) {
  const t = useT()
  return (
    <p style={{ padding: '0 16px 16px' }}>
      {t('admin.teams.belong', { count: team.members })} <Link to="/admin/users">{t('admin.teams.toUsers')}</Link>
    </p>
  )
}
