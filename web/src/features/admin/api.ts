import { queryOptions } from '@tanstack/react-query'
import { ask, collection } from './parts/collection'
import type { ApiKey, AwayReason, Brand, Calendar, Canned, Disposition, EntryPoint, Named, Permissions, Queue, Role, Skill, Team, User } from './types'

export const users = collection<User>('/api/v1/users', { archivedAt: (u) => (u.active ? undefined : u.updated_at) })
export const roles = collection<Role>('/api/v1/roles', { short: true })
export const teams = collection<Team>('/api/v1/teams', { short: true })
export const brands = collection<Brand>('/api/v1/brands')
export const entryPoints = collection<EntryPoint>('/api/v1/entry-points')
export const queues = collection<Queue>('/api/v1/queues')
export const skills = collection<Skill>('/api/v1/skills')
export const awayReasons = collection<AwayReason>('/api/v1/away-reasons')
export const dispositions = collection<Disposition>('/api/v1/dispositions')
export const calendars = collection<Calendar>('/api/v1/calendars', { short: true })
export const canned = collection<Canned>('/api/v1/canned')
export const apiKeys = collection<ApiKey>('/api/v1/api-keys', { archivedAt: (k) => k.revoked_at })

/** Caches of the administration, one root per kind of thing. */
export const keys = {
  users: ['admin', 'users'],
  roles: ['admin', 'roles'],
  teams: ['admin', 'teams'],
  brands: ['admin', 'brands'],
  entryPoints: ['admin', 'entry-points'],
  queues: ['admin', 'queues'],
  skills: ['admin', 'skills'],
  awayReasons: ['admin', 'away-reasons'],
  dispositions: ['admin', 'dispositions'],
  calendars: ['admin', 'calendars'],
  canned: ['admin', 'canned'],
  apiKeys: ['admin', 'api-keys'],
  invitations: ['admin', 'invitations'],
  audit: ['admin', 'audit'],
  jobs: ['admin', 'jobs'],
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
}

export const permissionsQuery = queryOptions({ queryKey: ['admin', 'permissions'], queryFn: () => ask<Permissions>('/api/v1/permissions'), staleTime: Infinity })
