import { getRouteApi } from '@tanstack/react-router'
import { useSignedIn } from '@/lib/session'

const route = getRouteApi('/desk/figures')

/** The zone whose days are counted: the one in the address, else the brand's, else one's own. */
export function useTimeZone(): { timeZone: string; zones: string[] } {
  const { tz, brand } = route.useSearch()
  const { brands } = useSignedIn()
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const chosen = brands.find((b) => b.id === brand) ?? brands[0]
  const zones = [...new Set([...brands.map((b) => b.time_zone), own])]
  return { timeZone: tz ?? chosen?.time_zone ?? own, zones: tz && !zones.includes(tz) ? [...zones, tz] : zones }
}
