import { Badge } from '@/kit/Badge'
import { type Key, useT } from '@/lib/i18n'

/** One of two words about a thing. */
export function YesNo({ is, yes, no }: { is: boolean; yes: Key; no: Key }) {
  const t = useT()
  return <Badge tone={is ? 'ok' : 'neutral'}>{t(is ? yes : no)}</Badge>
}
