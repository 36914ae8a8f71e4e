import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { collection } from './parts/collection'
import type { Named } from './types'

export const users = collection('/api/v1/users', { archivedAt: (u) => (u.active ? undefined : u.updated_at) })
export const roles = collection('/api/v1/roles', { short: true })
export const teams = collection('/api/v1/teams', { short: true })
export const brands = collection('/api/v1/brands')
export const entryPoints = collection('/api/v1/entry-points')
/** Mailboxes are not restored: with a mailbox its secrets go. */
export const mailboxes = {
  ...collection('/api/v1/mailboxes'),
  archive: (id: string): Promise<unknown> => ok(api.DELETE('/api/v1/mailboxes/{id}', { params: { path: { id } } })),
  restore: undefined,
}
export const queues = collection('/api/v1/queues')
export const skills = collection('/api/v1/skills')
export const awayReasons = collection('/api/v1/away-reasons')
export const dispositions = collection('/api/v1/dispositions')
export const calendars = collection('/api/v1/calendars', { short: true })
export const canned = collection('/api/v1/canned')
export const apiKeys = collection('/api/v1/api-keys', { archivedAt: (k) => k.revoked_at })
export const ownChannels = collection('/api/v1/own-channels')
export const channelAccounts = collection('/api/v1/channel-accounts')
export const macros = collection('/api/v1/macros', { short: true })
export const rules = collection('/api/v1/rules', { short: true })
export const webhooks = collection('/api/v1/webhooks', { short: true })

/** Caches of the administration, one root per kind of thing. */
export const keys = {
  users: ['admin', 'users'],
  roles: ['admin', 'roles'],
  teams: ['admin', 'teams'],
  brands: ['admin', 'brands'],
  entryPoints: ['admin', 'entry-points'],
  mailboxes: ['admin', 'mailboxes'],
  queues: ['admin', 'queues'],
  skills: ['admin', 'skills'],
  awayReasons: ['admin', 'away-reasons'],
  dispositions: ['admin', 'dispositions'],
  calendars: ['admin', 'calendars'],
  canned: ['admin', 'canned'],
  apiKeys: ['admin', 'api-keys'],
  ownChannels: ['admin', 'own-channels'],
  channelAccounts: ['admin', 'channel-accounts'],
  channelForms: ['admin', 'channel-forms'],
  macros: ['admin', 'macros'],
  rules: ['admin', 'rules'],
  webhooks: ['admin', 'webhooks'],
  invitations: ['admin', 'invitations'],
  audit: ['admin', 'audit'],
  jobs: ['admin', 'jobs'],
  workMix: ['admin', 'work-mix'],
} as const

/** Everything of a kind, as a query. */
export interface Every<T> {
  queryKey: readonly string[]
  queryFn: () => Promise<T[]>
  staleTime: number
}

const all = <T extends Named>(key: readonly string[], from: { all: () => Promise<T[]> }): Every<T> => ({ queryKey: [...key, 'all'], queryFn: () => from.all(), staleTime: 30_000 })

/** Things of a kind as what a form field offers to choose. */
export const choices = <T extends Named>(from: Every<T>) => ({ queryKey: [...from.queryKey, 'choices'], queryFn: async () => (await from.queryFn()).map((item) => ({ value: item.id, label: item.name })) })

/** Everything of a kind, for choosing from and for showing names. */
export const every = {
  users: all(keys.users, users),
  roles: all(keys.roles, roles),
  teams: all(keys.teams, teams),
  brands: all(keys.brands, brands),
  entryPoints: all(keys.entryPoints, entryPoints),
  queues: all(keys.queues, queues),
  skills: all(keys.skills, skills),
  calendars: all(keys.calendars, calendars),
  ownChannels: all(keys.ownChannels, ownChannels),
  webhooks: all(keys.webhooks, webhooks),
}

export const permissionsQuery = queryOptions({ queryKey: ['admin', 'permissions'], queryFn: () => ok(api.GET('/api/v1/permissions')), staleTime: Infinity })
