import { describe, expect, it } from 'vitest'
import type { Mailbox } from '../types'
import { blankMailbox, mailboxBody, mailboxInput, newMailboxBody, presetOf, presets, usualSettings } from './form'

const box = { id: '7', brand_id: '1', queue_id: '2', name: 'Help', address: 'help@fala.example', settings: { imap: { host: 'imap.wp.pl', port: 993, tls: 'tls' }, smtp: { host: 'smtp.wp.pl' }, auth: 'password' }, has_password: true, has_smtp_password: false, has_client_secret: false, has_refresh_token: false, has_dkim_key: false, active: true, health: 'ok', archived: false, created_at: '', updated_at: '' } as unknown as Mailbox

describe('the form of a mailbox', () => {
  it('fills in what the server does not say, and never has a password', () => {
    const input = mailboxInput(box)
    expect(input.settings.smtp).toEqual({ host: 'smtp.wp.pl', port: 0, tls: 'tls' })
    expect(input.secrets.password).toBe('')
    expect(input.has.password).toBe(true)
    expect(presetOf(input.settings)?.id).toBe('wp')
  })

  it('sends only what was touched, and only secrets that were typed', () => {
    const before = mailboxInput(box)
    expect(JSON.parse(JSON.stringify(mailboxBody({ ...before, name: 'Aid' }, before)))).toEqual({ name: 'Aid' })
    expect(JSON.parse(JSON.stringify(mailboxBody({ ...before, active: false, secrets: { ...before.secrets, password: 'new' } }, before)))).toEqual({ active: false, secrets: { password: 'new' } })
    expect(newMailboxBody({ ...blankMailbox, address: ' a@b.example ' })).toMatchObject({ address: 'a@b.example', secrets: {} })
  })

  it('knows providers by their servers, and none where there are none', () => {
    for (const preset of presets) expect(presetOf({ ...usualSettings, ...preset.settings })?.id).toBe(preset.id)
    expect(presetOf(usualSettings)).toBeUndefined()
  })
})
