import type { Session } from '@/lib/api'
import { can } from '@/lib/session'
import type { Row, WorkState } from './types'

export type ActName = 'pull' | 'takeOver' | 'transfer' | 'park' | 'resume' | 'resolve' | 'finish' | 'reopen' | 'reply' | 'note' | 'goOn' | 'goOnChat'

const waiting: readonly WorkState[] = ['new', 'queued', 'offered']
const held: readonly WorkState[] = ['active', 'parked', 'wrap_up']

/** Whether a customer waits for somebody to take the conversation. */
export const isWaiting = (row: Row) => waiting.includes(row.state)

/** Whether the person works on the conversation. */
export const isMine = (row: Row, me: string) => row.agent?.id === me && held.includes(row.state)

/** What a person may do with a conversation as it stands. The server decides; this hides what it would refuse. */
export function actsFor(row: Row, session: Session, pullAllowed = true): ReadonlySet<ActName> {
  const mine = isMine(row, session.user.id)
  const moves = can(session, 'interaction.move', 'brand')
  const works = (mine || moves) && can(session, 'conversation.reply')
  const state = row.state
  const acts: [ActName, boolean][] = [
    ['pull', isWaiting(row) && can(session, 'interaction.pull') && (pullAllowed || moves)],
    ['takeOver', held.includes(state) && !mine && moves],
    ['transfer', works && (held.includes(state) || isWaiting(row))],
    ['park', works && state === 'active'],
    ['resume', works && state === 'parked'],
    ['resolve', works && (state === 'active' || state === 'parked')],
    ['finish', works && state === 'wrap_up'],
    ['reopen', state === 'closed' && can(session, 'conversation.reply')],
    ['reply', state !== 'closed' && can(session, 'conversation.reply') && (mine || can(session, 'conversation.reply', 'team'))],
    ['goOn', row.channel === 'webchat' && (works || state === 'closed') && can(session, 'conversation.reply') && can(session, 'case.edit')],
    ['goOnChat', row.channel !== 'webchat' && works && state !== 'closed' && can(session, 'case.edit')],
    ['note', can(session, 'conversation.note')],
  ]
  return new Set(acts.filter(([, may]) => may).map(([name]) => name))
}
