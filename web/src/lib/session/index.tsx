import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { Problem, type Session, api, ok } from '../api'

export const sessionKey = ['session'] as const

/** Who is signed in; null if nobody is. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await ok(api.GET('/api/v1/session'))
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null
      throw error
    }
  },
  staleTime: Infinity,
})

/** How far a permission reaches; a later one includes the earlier. */
const scopes = ['own', 'team', 'brand', 'tenant'] as const
export type PermissionScope = (typeof scopes)[number]

/** Whether a permission, or any of several, is held at least as far as `scope`. The server decides; this only hides what it would refuse. */
export function can(session: Session | null, permission: string | readonly string[], scope: PermissionScope = 'own'): boolean {
  return [permission].flat().some((p) => {
    const held = session?.permissions[p]
    return held !== undefined && scopes.findIndex((s) => s === held) >= scopes.indexOf(scope)
  })
}

/** The session, or null on the screens before signing in. */
export function useSession(): Session | null {
  return useSuspenseQuery(sessionQuery).data
}

/** The session on the screens behind the sign-in. */
export function useSignedIn(): Session {
  const session = useSession()
  if (!session) throw new Error('nobody is signed in')
  return session
}

/** Whether the person may do something, for hiding what they may not. */
export function useCan(permission: string | readonly string[], scope?: PermissionScope): boolean {
  return can(useSession(), permission, scope)
}
