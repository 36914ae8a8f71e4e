import { useT } from '@/lib/i18n'
import { Badge } from '@/kit/Badge'
import { useUnsent } from './useOutgoing'

/** Says in a list that something written there has not left this device. */
export function UnsentMark({ conversation }: { conversation: string }) {
  const t = useT()
  return useUnsent(conversation) ? <Badge tone="danger">{t('desk.row.unsent')}</Badge> : null
}
