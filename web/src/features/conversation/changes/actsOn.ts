import type { Session } from '@/lib/api'
import { can, useSession } from '@/lib/session'
import { toMillis, useNow } from '@/lib/time'
import type { Shown } from '../entries'
import type { DeliveryState, Detail } from '../types'

export type EntryAct = 'edit' | 'delete' | 'react'

const sent: ReadonlySet<DeliveryState | undefined> = new Set(['sent', 'delivered', 'read'])

/** What a person may do with a message where it was said. The server decides; this hides what it would refuse. */
export function actsOn(entry: Shown, detail: Detail, session: Session | null, now: number): readonly EntryAct[] {
  const able = detail.capabilities
  if (!able || !session || entry.kind !== 'message' || entry.deleted || !can(session, 'conversation.reply')) return []
  const knows = (act: EntryAct) => able.acts.includes(act)
  if (entry.author === 'customer') return knows('react') ? ['react'] : []
  if (!sent.has(entry.delivery?.state)) return []
  if (entry.user?.id !== session.user.id && !can(session, 'conversation.reply', 'team')) return []
  const within = (seconds: number) => seconds === 0 || now < toMillis(entry.occurred_at) + seconds * 1000
  const acts: EntryAct[] = []
  if (knows('edit') && within(able.edit_seconds)) acts.push('edit')
  if (knows('delete') && within(able.delete_seconds)) acts.push('delete')
  return acts
}

export function useActsOn(entry: Shown, detail: Detail): readonly EntryAct[] {
  const session = useSession()
  const now = useNow('minute')
  return actsOn(entry, detail, session, now)
}
