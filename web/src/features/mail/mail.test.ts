import { describe, expect, it } from 'vitest'
import type { Detail, Entry } from '../conversation/types'
import { addresseesOf, formatLetter, paragraphs, parseLetter, textOf } from './letter'
import { goOnOf } from './forward'
import { bareSubject, cameByMail, changedSubject, isMail, isRecipient, parseRecipient, sameRecipient } from './mail'

const mail = (seq: number, data: Record<string, unknown>, more: Partial<Entry> = {}) => ({ id: `e${seq}`, seq, kind: 'message', author: 'customer', text: '', occurred_at: '', received_at: '', data, ...more }) as Entry

describe('recipients', () => {
  it.each(['a@b.example', 'Zofia Wilk <z.w+1@posta.example>', '"Nowy, Jan" <jan@posta.example>'])('takes %s', (text) => expect(isRecipient(text)).toBe(true))
  it.each(['', 'nobody', 'a@', '@b', 'a b@c.example', 'Zofia <>', 'a@b.example, c@d.example', 'a@b.example\nBcc: c@d.example'])('takes not %j', (text) => expect(isRecipient(text)).toBe(false))
  it('are the same however they are written', () => {
    expect(parseRecipient('Zofia Wilk <z@p.example>')).toEqual({ name: 'Zofia Wilk', address: 'z@p.example' })
    expect(sameRecipient('Zofia <Z@P.example>', 'z@p.example')).toBe(true)
  })
})

describe('subjects', () => {
  it('lose what mail programs put before them', () => {
    expect(bareSubject('Re: Odp: VÁ: Fwd: Rachunek: maj')).toBe('Rachunek: maj')
  })
  it('are shown where they change', () => {
    const entries = [mail(1, { subject: 'Rachunek' }), mail(2, { subject: 'Re: Rachunek' }), mail(3, {}), mail(4, { subject: 'Zwrot' })]
    expect(entries.map((e) => changedSubject(e, entries))).toEqual(['Rachunek', undefined, undefined, 'Zwrot'])
  })
})

describe('addressees', () => {
  it('are who asked to be answered, and everybody else who got it', () => {
    const entries = [mail(1, { from: 'Zofia <z@p.example>', reply_to: 'home@p.example', to: ['Info <info@fala.example>', 'kot@p.example'], cc: ['KOT@p.example', 'ola@p.example'] }), mail(2, { from: 'x@else.example', other_party: true })]
    expect(addresseesOf(entries, ['info@fala.example'])).toEqual({ to: ['home@p.example'], everyone: ['kot@p.example', 'ola@p.example'] })
    expect(addresseesOf([], [])).toEqual({ to: [], everyone: [] })
  })
})

describe('a draft of a mail', () => {
  it('keeps recipients and formatting, and is nothing where nothing was written', () => {
    const letter = { html: '<p>Hi</p>', cc: ['a@b.example'] }
    expect(parseLetter(formatLetter(letter))).toEqual(letter)
    expect(formatLetter({ html: '', to: undefined })).toBe('')
    expect(parseLetter('what the plain composer wrote')).toEqual({ html: '' })
  })
  it('has its words alone', () => {
    expect(textOf('<p>Hello <strong>you</strong><br>there</p><ul><li><p>one</p></li><li><p>two</p></li></ul><blockquote><p>said</p></blockquote>')).toBe('Hello you\nthere\n• one\n• two\nsaid')
    expect(textOf(paragraphs('a <b>\n\nc'))).toBe('a <b>\n\nc')
  })
})

describe('a conversation by mail', () => {
  const capabilities = (more: object) => ({ recipients: 0, rich: false, ...more }) as Detail['capabilities']
  it('is known by what its channel can carry', () => {
    expect(isMail({ channel: 'email', capabilities: undefined })).toBe(true)
    expect(isMail({ channel: 'webchat', capabilities: undefined })).toBe(false)
    expect(isMail({ channel: 'own', capabilities: capabilities({ recipients: 50, rich: true }) })).toBe(true)
    expect(isMail({ channel: 'own', capabilities: capabilities({ rich: true }) })).toBe(false)
  })
})

describe('a chat that goes on by mail', () => {
  const detail = { id: '7', subject: '', customer: { id: '3', name: 'Réka' } } as Detail
  const t = Object.assign((key: string, values?: Record<string, unknown>) => `${key} ${Object.values(values ?? {})[0] ?? ''}`.trim(), { language: 'en', maybe: () => undefined }) as unknown as Parameters<typeof goOnOf>[0]
  const said = (author: Entry['author'], text: string) => ({ kind: 'message', author, text, user: author === 'agent' ? { id: '1', name: 'Ola' } : undefined, occurred_at: '2026-03-02T09:00:00Z' }) as Entry

  it('quotes what was said last, safe in HTML', () => {
    const { conversation, subject, html } = goOnOf(t, [said('customer', '<b>Open?</b>'), { ...said('system', ''), kind: 'system' } as Entry, said('agent', 'Yes')], detail)
    expect({ conversation, subject }).toEqual({ conversation: '7', subject: 'mails.goOnSubject' })
    expect(html).toContain('<blockquote><p>mails.wrote Réka</p><p>&lt;b&gt;Open?&lt;/b&gt;</p><p>mails.wrote Ola</p><p>Yes</p></blockquote>')
  })
  it('quotes nothing that was taken back', () => {
    expect(goOnOf(t, [said('agent', 'Yes'), { ...said('agent', 'Your password is 1234'), deleted: true }], detail).html).not.toContain('1234')
  })
  it('quotes nothing where nothing was said', () => expect(goOnOf(t, [], { ...detail, subject: 'Invoice' })).toMatchObject({ subject: 'Invoice', html: '' }))
  it('has mails of the customer among the words of the chat', () => {
    expect(cameByMail(mail(1, { from: 'Réka <r@p.example>' }))).toBe(true)
    expect(cameByMail(mail(1, {}))).toBe(false)
    expect(cameByMail(mail(1, { from: 'us@p.example' }, { author: 'agent' }))).toBe(false)
  })
})
