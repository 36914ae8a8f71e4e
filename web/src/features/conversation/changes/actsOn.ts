import type { Session } from '@/lib/api'
import { can, useSession } from '@/lib/session'
import { toMillis, useNow } from '@/lib/time'
import type { Shown } from '../entries'
import { actsFor } from '../rights'
import type { DeliveryState, Detail } from '../types'

export type EntryAct = 'edit' | 'delete' | 'react' | 'answer' | 'private' | 'like' | 'hide' | 'remove' | 'block'

const sent: ReadonlySet<DeliveryState | undefined> = new Set(['sent', 'delivered', 'read'])

/** What a person may do with a message where it was said. The server decides; this hides what it would refuse. */
export function actsOn(entry: Shown, detail: Detail, session: Session | null, now: number): readonly EntryAct[] {
  const able = detail.capabilities
  if (!able || !session || entry.kind !== 'message' || entry.deleted || !can(session, 'conversation.reply')) return []
  const knows = (act: (typeof able.acts)[number]) => able.acts.includes(act)
  const within = (seconds: number) => seconds === 0 || now < toMillis(entry.occurred_at) + seconds * 1000
  const replies = actsFor(detail, session).has('reply')
  const answers = replies && able.replies && knows('send')
  if (entry.author === 'customer') {
    const acts: [EntryAct, boolean][] = [
      ['react', knows('react')],
      ['answer', answers],
      ['private', replies && able.public && knows('reply_in_private') && !entry.privately && within(able.private_seconds ?? 0)],
      ['like', knows('like')],
      ['hide', knows('hide')],
      ['remove', knows('remove')],
      ['block', knows('block')],
    ]
    return acts.filter(([, may]) => may).map(([act]) => act)
  }
  if (!sent.has(entry.delivery?.state)) return []
  // In private one may come back to what one of us has said; under a post nobody answers oneself.
  const acts: EntryAct[] = answers && !able.public ? ['answer'] : []
  if (entry.user?.id !== session.user.id && !can(session, 'conversation.reply', 'team')) return acts
  if (knows('edit') && within(able.edit_seconds)) acts.push('edit')
  if (knows('delete') && within(able.delete_seconds)) acts.push('delete')
  return acts
}

export function useActsOn(entry: Shown, detail: Detail): readonly EntryAct[] {
  const session = useSession()
  const now = useNow('minute')
  return actsOn(entry, detail, session, now)
}
