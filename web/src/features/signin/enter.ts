import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { Session } from '@/lib/api'
import { sessionKey } from '@/lib/session'
import { safeNext } from '.'

/** Goes on as the person of a new session, with nothing left of the one before. */
export function useEnter(): (session: Session, next?: string) => Promise<void> {
  const cache = useQueryClient()
  const router = useRouter()
  return async (session, next) => {
    cache.clear()
    cache.setQueryData(sessionKey, session)
    await router.navigate({ href: safeNext(next), replace: true })
  }
}
