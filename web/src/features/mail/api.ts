import { queryOptions } from '@tanstack/react-query'
import { type Schemas, api, ok } from '@/lib/api'

/** A mailbox from which one may write. */
export type Sender = Schemas['SenderBody']

/** The mailboxes of a brand from which the person may write. */
export const sendersQuery = (brand: string) =>
  queryOptions({
    queryKey: ['senders', brand],
    queryFn: async () => (await ok(api.GET('/api/v1/senders', { params: { query: { brand } } }))).items,
    staleTime: 10 * 60_000,
    enabled: brand !== '',
  })

/** What stands below one's own mails, where a mailbox lets agents sign. */
export const signatureQuery = queryOptions({
  queryKey: ['own-signature'],
  queryFn: async () => (await ok(api.GET('/api/v1/me/signature'))).html,
  staleTime: 10 * 60_000,
})

/** The signatures that will stand below a mail from there, the agent's own first: formatted ones and plain ones. */
export function signaturesOf(sender: Pick<Sender, 'signature' | 'signature_rule'>, own: string, agent: string): { html?: string; text?: string }[] {
  const parts: { html?: string; text?: string }[] = []
  if (own !== '' && sender.signature_rule !== 'mailbox') parts.push({ html: own })
  if (sender.signature && (parts.length === 0 || sender.signature_rule === 'both')) parts.push({ text: sender.signature.replaceAll('{agent}', agent) })
  return parts
}

export const waitingKey = (conversation: string) => ['waiting-replies', conversation] as const

/** The answers of a conversation that have not been sent, with when they will be. `states` changes when one of them does. */
export const waitingQuery = (conversation: string, states: string) =>
  queryOptions({
    queryKey: [...waitingKey(conversation), states],
    queryFn: async () => (await ok(api.GET('/api/v1/conversations/{id}/waiting-replies', { params: { path: { id: conversation } } }))).items,
    placeholderData: (before) => before,
  })

export const senderName = (sender: Pick<Sender, 'display_name' | 'address'>, agent: string): string => `${sender.display_name || agent} <${sender.address}>`
