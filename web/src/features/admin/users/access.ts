import type { Me } from '@/lib/api'
import type { Grants } from '../types'

/** The form of a user, and of an invitation. */
export interface UserInput extends Grants {
  email: string
  name: string
  language: Me['language']
}

/** What a form of grants sends: brands are named only where not all are granted. */
export function grantsBody<T extends Partial<Grants>>(input: T): T {
  return input.all_brands ? { ...input, brand_ids: [] } : input
}

/** The address at which an invited person starts. */
export const invitationLink = (token: string, origin = location.origin) => `${origin}/invite/${encodeURIComponent(token)}`

/** The form of somebody who is not here yet. */
export const blankUser = (language: Me['language']): UserInput => ({ email: '', name: '', language, roles: [], all_brands: false, brand_ids: [], team_ids: [] })
