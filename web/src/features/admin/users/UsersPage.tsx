import { useQuery } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { languageList, languages, useT } from '@/lib/i18n'
import { useCan, useSignedIn } from '@/lib/session'
import { Avatar } from '@/kit/Avatar'
import { ChooseMany } from '@/kit/Choose'
import type { Control, FieldSpec, Resource } from '@/kit/resource/schema'
import { choices, every, keys, users } from '../api'
import { AdminList } from '../parts/AdminList'
import { changed } from '../parts/collection'
import { useBrands } from '../parts/lookups'
import { Once } from '../parts/Once'
import { useRoles } from '../roles/useRoles'
import type { Invitation, User } from '../types'
import { BrandsField } from './BrandsField'
import { Invitations, invitationsQuery } from './Invitations'
import { QueuesTab } from './QueuesTab'
import { SignInsTab } from './SignInsTab'
import { WorkTab } from './WorkTab'
import { type UserInput, blankUser, grantsBody, invitationLink } from './access'
import classes from './Users.module.css'

const fields: readonly FieldSpec<UserInput>[] = [
  { kind: 'email', name: 'email', label: 'admin.users.email', required: true },
  { kind: 'text', name: 'name', label: 'admin.users.name' },
  { kind: 'one', name: 'language', label: 'admin.users.language', required: true, options: { queryKey: ['admin', 'languages'], queryFn: async () => languageList.map((l) => ({ value: l, label: languages[l] })) } },
  { kind: 'custom', name: 'roles', label: 'admin.roles.title', section: 'admin.users.access', required: true, render: (control) => <RolesField control={control} /> },
  { kind: 'switch', name: 'all_brands', label: 'admin.users.allBrands', help: 'admin.users.allBrandsHelp' },
  { kind: 'custom', name: 'brand_ids', label: 'admin.brands.title', when: (values) => !values.all_brands, render: (control) => <BrandsField control={control} /> },
  { kind: 'many', name: 'team_ids', label: 'admin.teams.title', help: 'admin.users.teamsHelp', options: choices(every.teams) },
]

const resource: Resource<User, UserInput> = {
  key: keys.users,
  words: {
    title: 'admin.users.title',
    create: 'admin.users.invite',
    submit: 'admin.users.invite',
    empty: 'admin.users.empty',
    archived: 'admin.users.deactivated',
    saved: 'admin.users.saved',
    archive: 'admin.users.deactivate',
    restore: 'admin.users.reactivate',
    active: 'admin.users.active',
    inactive: 'admin.users.inactive',
  },
  edit: 'user.edit',
  width: 560,
  nameOf: (user) => user.name,
  columns: [
    { id: 'name', label: 'admin.users.name', render: (user) => <Person user={user} /> },
    { id: 'roles', label: 'admin.roles.title', render: (user) => <RoleNames user={user} /> },
    { id: 'brands', label: 'admin.brands.title', wideOnly: true, render: (user) => <BrandNames user={user} /> },
  ],
  fields,
  blank: blankUser('en'),
  toInput: ({ email, name, language, roles, all_brands, brand_ids, team_ids }) => ({ email, name, language: language as UserInput['language'], roles, all_brands, brand_ids, team_ids }),
  ...users,
  create: (input) => ok(api.POST('/api/v1/users/invite', { body: grantsBody(input) })),
  update: (id, input, before) => users.update(id, changed(grantsBody(input), before)),
  reveal: (made) => <Invited invitation={made as Invitation} />,
  tabs: [
    { id: 'work', label: 'admin.users.work', render: (user) => <WorkTab user={user} /> },
    { id: 'queues', label: 'admin.queues.title', permission: 'board.read', render: (user) => <QueuesTab user={user} /> },
    { id: 'sessions', label: 'admin.users.signIns', permission: 'user.edit', when: (user) => user.active, render: (user) => <SignInsTab user={user} /> },
  ],
  lead: () => <Invitations />,
}

/** Users and open invitations. */
export function UsersPage() {
  const { user } = useSignedIn()
  // They stand above the list and would push it down if they came later.
  const { isLoading } = useQuery({ ...invitationsQuery, enabled: useCan('user.edit') })
  if (isLoading) return null
  return <AdminList resource={{ ...resource, blank: blankUser(user.language) }} />
}

function RolesField({ control }: { control: Control }) {
  const t = useT()
  const { options } = useRoles()
  return <ChooseMany name={control.name} label={control.label} description={t('admin.users.rolesHelp')} required data={options} value={control.value as string[]} error={control.error} disabled={control.disabled} onChange={control.onChange as (v: string[]) => void} />
}

function Person({ user }: { user: User }) {
  return (
    <span className={classes.person}>
      <Avatar name={user.name} size={32} />
      <span className={classes.names}>
        <span>{user.name}</span>
        <span className={classes.email}>{user.email}</span>
      </span>
    </span>
  )
}

function RoleNames({ user }: { user: User }) {
  const { nameOf } = useRoles()
  return <>{user.roles.map(nameOf).join(', ')}</>
}

function BrandNames({ user }: { user: User }) {
  const t = useT()
  const { nameOf } = useBrands()
  if (user.all_brands) return <>{t('resource.allBrands')}</>
  return <>{user.brand_ids.map((id) => nameOf(id) ?? t('admin.gone')).join(', ') || '–'}</>
}

function Invited({ invitation }: { invitation: Invitation }) {
  const t = useT()
  return <Once text={t('admin.users.linkHelp', { email: invitation.email })} label={t('admin.users.link')} value={invitationLink(invitation.token ?? '')} />
}
