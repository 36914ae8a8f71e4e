import { queryOptions } from '@tanstack/react-query'
import { type Schemas, api, ok } from '@/lib/api'

export type CaseSettings = Schemas['CaseSettingsBody']

/** What holds for all cases. */
export const settingsQuery = queryOptions({ queryKey: ['case-settings'], queryFn: () => ok(api.GET('/api/v1/case-settings')), staleTime: 10 * 60_000 })

/** The topics to choose from: those that are offered, and the one that a case has already. */
export function topicsFor(offered: readonly string[], now: string | undefined): string[] {
  return now && !offered.includes(now) ? [...offered, now] : [...offered]
}
