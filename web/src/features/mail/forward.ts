import { api, ok } from '@/lib/api'
import { formatFull } from '@/lib/time'
import type { Translate } from '@/lib/i18n'
import type { Shown } from '../conversation/entries'
import type { Detail, Entry } from '../conversation/types'
import type { Forward, GoOn } from './begin'
import { escaped, paragraphs } from './letter'
import { bareSubject, mailOf } from './mail'

const usual = { attachments: 5, attachment_bytes: 10 * 1024 * 1024 }

/** A mail as it is passed on. Its files are there to be chosen; pictures within its text go with it anyway. */
export function forwardOf(entry: Pick<Entry, 'id' | 'data' | 'attachments'>, detail: Pick<Detail, 'id' | 'subject' | 'capabilities'>): Forward {
  const mail = mailOf(entry)
  const within = Object.values(mail.inline ?? {})
  const { attachments, attachment_bytes } = { ...usual, ...detail.capabilities }
  return {
    conversation: detail.id,
    entry: entry.id,
    subject: `Fwd: ${bareSubject(mail.subject ?? detail.subject ?? '')}`,
    files: (entry.attachments ?? []).filter((f) => !within.includes(f.id)),
    most: attachments,
    largest: attachment_bytes,
  }
}

const mostQuoted = 6

/** What was said last in a chat, as it stands, to go on with its customer by mail. */
export function goOnOf(t: Translate, entries: readonly Pick<Shown, 'kind' | 'author' | 'text' | 'user' | 'occurred_at' | 'deleted'>[], detail: Pick<Detail, 'id' | 'customer' | 'subject'>): GoOn {
  const said = entries.filter((e) => e.kind === 'message' && e.text && !e.deleted).slice(-mostQuoted)
  const quoted = said.map((e) => {
    const name = e.author === 'customer' ? detail.customer.name : (e.user?.name ?? t('desk.timeline.us'))
    return `<p>${escaped(t('mails.wrote', { name, at: formatFull(e.occurred_at, t.language) }))}</p>${paragraphs(e.text ?? '')}`
  })
  return { conversation: detail.id, subject: detail.subject || t('mails.goOnSubject'), html: quoted.length === 0 ? '' : `<p></p><blockquote>${quoted.join('')}</blockquote>` }
}

/** The files that go along unless somebody says otherwise: as many as may, of those that are not too large. */
export const usualFiles = ({ files, most, largest }: Forward): string[] =>
  files
    .filter((f) => f.size <= largest)
    .slice(0, most)
    .map((f) => f.id)

/** The case to which a conversation belongs; where it belongs to none, one is opened. */
export async function caseFor(conversation: string, subject: string): Promise<string> {
  const { items } = await ok(api.GET('/api/v1/conversations/{id}/cases', { params: { path: { id: conversation } } }))
  const open = items.find((c) => c.category !== 'done')
  return open?.id ?? (await ok(api.POST('/api/v1/cases', { body: { conversation_id: conversation, subject, priority: 'normal' } }))).id
}
