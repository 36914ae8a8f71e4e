import { type Schemas, api, ok } from '@/lib/api'
import { caseFor } from '../../mail/forward'
import { insertInto } from '../insertions'

/** An invitation to go on by chat. */
export type ChatInvitation = Schemas['ChatInvitationBody']

/** Makes an invitation and puts its link into the reply; the chat belongs to the case of the conversation. */
export async function inviteToChat(conversation: string, subject: string): Promise<void> {
  const case_id = await caseFor(conversation, subject)
  const { link } = await ok(api.POST('/api/v1/conversations/{id}/chat-invitations', { params: { path: { id: conversation } }, body: { case_id } }))
  if (link) insertInto(conversation, new URL(link, location.origin).href)
}
