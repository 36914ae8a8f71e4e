import type { Entry } from '../types'

const codes = ['chat_invited', 'chat_invitation_withdrawn', 'goes_on_chat', 'came_from']

/** Whether an entry tells of an invitation to a chat, or of where the conversation goes on. */
export const isGoingOn = ({ kind, code }: Pick<Entry, 'kind' | 'code'>): boolean => kind === 'system' && codes.includes(code ?? '')
