import { useQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { Count } from '@/kit/Badge'
import { countsQuery } from '../conversation/api'

/** How many conversations the person works on, for the icon of the area. */
export function OwnCount() {
  const t = useT()
  const mine = useQuery(countsQuery).data?.mine ?? 0
  return <Count value={mine} label={t('desk.worklist.own', { count: mine })} />
}
