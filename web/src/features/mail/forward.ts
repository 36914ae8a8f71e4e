import { api, ok } from '@/lib/api'
import { formatFull } from '@/lib/time'
import type { Translate } from '@/lib/i18n'
import type { Attachment, Detail, Entry } from '../conversation/types'
import type { Forward } from './begin'
import { escaped, paragraphs } from './letter'
import { bareSubject, mailOf } from './mail'

/** A mail as it is passed on: who wrote it when, and what it says. Its files go with it. */
export function forwardOf(t: Translate, entry: Pick<Entry, 'text' | 'data' | 'occurred_at' | 'attachments'>, detail: Pick<Detail, 'id' | 'customer' | 'subject'>): Forward {
  const mail = mailOf(entry)
  const subject = bareSubject(mail.subject ?? detail.subject ?? '')
  const head = t('mails.wrote', { name: mail.from ?? detail.customer.name, at: formatFull(entry.occurred_at, t.language) })
  return { conversation: detail.id, subject: `Fwd: ${subject}`, html: `<p></p><p>${escaped(head)}</p><blockquote>${paragraphs(entry.text)}</blockquote>`, files: entry.attachments ?? [] }
}

const mostQuoted = 6

/** What was said last in a chat, to go on with its customer by mail. */
export function goOnOf(t: Translate, entries: readonly Pick<Entry, 'kind' | 'author' | 'text' | 'user' | 'occurred_at'>[], detail: Pick<Detail, 'id' | 'customer' | 'subject'>): Forward {
  const said = entries.filter((e) => e.kind === 'message' && e.text).slice(-mostQuoted)
  const quoted = said.map((e) => {
    const name = e.author === 'customer' ? detail.customer.name : (e.user?.name ?? t('desk.timeline.us'))
    return `<p>${escaped(t('mails.wrote', { name, at: formatFull(e.occurred_at, t.language) }))}</p>${paragraphs(e.text ?? '')}`
  })
  return { conversation: detail.id, subject: detail.subject || t('mails.goOnSubject'), html: quoted.length === 0 ? '' : `<p></p><blockquote>${quoted.join('')}</blockquote>`, files: [] }
}

/** The case to which a conversation belongs; where it belongs to none, one is opened. */
export async function caseFor(conversation: string, subject: string): Promise<string> {
  const { items } = await ok(api.GET('/api/v1/conversations/{id}/cases', { params: { path: { id: conversation } } }))
  const open = items.find((c) => c.category !== 'done')
  return open?.id ?? (await ok(api.POST('/api/v1/cases', { body: { conversation_id: conversation, subject, priority: 'normal' } }))).id
}

/** A file of ours as one that can be uploaded again. */
export async function fileOf(attachment: Attachment): Promise<File> {
  const answer = await fetch(attachment.url)
  if (!answer.ok) throw new Error(`${attachment.name}: ${answer.status}`)
  return new File([await answer.blob()], attachment.name, { type: attachment.type })
}
