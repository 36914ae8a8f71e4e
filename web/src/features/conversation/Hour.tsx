import { useT } from '@/lib/i18n'
import { useSession } from '@/lib/session'
import { formatFull, formatTime } from '@/lib/time'

/** The hour, with the customer's own and UTC on hover where they differ. */
export function Hour({ at, brand }: { at: string; brand: string }) {
  const { language } = useT()
  const zone = useSession()?.brands.find((b) => b.id === brand) as { time_zone?: string } | undefined
  const there = zone?.time_zone
  const told = [formatFull(at, language), there && `${there}: ${formatTime(at, language, there)}`, `UTC: ${formatTime(at, language, 'UTC')}`].filter(Boolean).join('\n')
  return (
    <time dateTime={at} title={told}>
      {formatTime(at, language)}
    </time>
  )
}
