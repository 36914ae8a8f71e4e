import { api, ok } from '@/lib/api'

/**
 * Leaves for the sign-in by a full load of the page: nothing that was shown to
 * the person who left stays in memory for the next one.
 */
export function leave(next?: string) {
  location.assign(next ? `/login?next=${encodeURIComponent(next)}` : '/login')
}

/** Ends the session here and on the server. */
export async function signOut() {
  await ok(api.DELETE('/api/v1/session'))
  leave()
}

/** Called when the server no longer knows the session: signing in leads back here. */
export function sessionEnded() {
  if (!location.pathname.startsWith('/login')) leave(location.pathname + location.search)
}
