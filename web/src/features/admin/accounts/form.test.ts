import { describe, expect, it } from 'vitest'
import type { ChannelAccount, ChannelForm } from '../types'
import { accountBody, accountInput, blankAccount, fieldsOf, newAccountBody } from './form'

const form: ChannelForm = {
  channel: 'sms', fetches: false, guide: [],
  fields: [
    { key: 'number', kind: 'text', required: true, fixed: true, example: '+48600100200' },
    { key: 'transport', kind: 'choice', required: false, fixed: false, choices: ['http', 'smpp'] },
    { key: 'token', kind: 'secret', required: true, fixed: false, when: { field: 'transport', is: 'http' } },
    { key: 'wait', kind: 'duration', required: false, fixed: false, least: 1, most: 60, default: 5, unit: 's' },
    { key: 'long', kind: 'switch', required: false, fixed: false },
  ],
}
const account = {
  id: '1', channel: 'sms', brand_id: '2', queue_id: '3', name: 'Fala', address: '+48600100200', settings: { number: '+48600100200', transport: 'http', wait: 9 }, secrets: ['token'], active: true, signs: [], shows_typing: true, shows_read: true,
  health: 'ok', archived: false, created_at: '', updated_at: '',
} satisfies ChannelAccount
const input = accountInput(account, [form])

describe('the form of an account', () => {
  it('is drawn from what the channel describes, each field while it is there', () => {
    const drawn = fieldsOf(form, (key) => key.endsWith('token.help'))
    const all = [...drawn.steering, ...drawn.rest, ...drawn.access]
    const shown = (values: typeof input) => all.filter((f) => f.when?.(values))
    // What others depend on comes first.
    expect(shown({ ...input, id: '' }).map((f) => [f.name, f.kind, f.required])).toEqual([
      ['settings.transport', 'one', false], ['settings.number', 'text', true], ['settings.token', 'password', true], ['settings.wait', 'number', false], ['settings.long', 'switch', false],
    ])
    expect(shown({ ...input, id: '', 'settings.transport': 'smpp' }).map((f) => f.name)).not.toContain('settings.token')
    expect(shown({ ...input, id: '', channel: 'messenger' })).toEqual([])
    expect(shown({ ...input, id: '' }).find((f) => f.kind === 'password')?.help).toBe('admin.account.sms.field.token.help')
    expect(shown(input).at(-1)).toMatchObject({ name: 'settings.token', required: false, section: 'admin.account.access', help: 'admin.account.secretHelp' })
    expect(shown(input).find((f) => f.name === 'settings.wait')).toMatchObject({ min: 1, max: 60, suffix: ' s' })
  })

  it('changes nothing by looking, and never sends a secret that was not entered', () => {
    expect(accountBody(input, input, [form])).toEqual({})
    expect(accountBody({ ...input, name: ' Sklep ', 'settings.token': '  ', 'settings.number': '+1' }, input, [form])).toEqual({ name: 'Sklep' })
    expect(accountBody({ ...input, 'settings.token': ' abc \n', 'settings.wait': null }, input, [form])).toEqual({ settings: { token: 'abc', wait: null } })
  })

  it('connects an account under its own name unless another is given, with what is there', () => {
    const blank = blankAccount([form], '2')
    expect(blank).toMatchObject({ channel: 'sms', brand_id: '2', 'settings.transport': 'http', 'settings.wait': 5, 'settings.token': '' })
    expect(newAccountBody({ ...blank, queue_id: '3', 'settings.number': '+1', 'settings.token': 'abc' }, [form])).toEqual({
      channel: 'sms', brand_id: '2', queue_id: '3', settings: { number: '+1', transport: 'http', token: 'abc', wait: 5, long: false },
    })
    expect(newAccountBody({ ...blank, name: ' Fala ', 'settings.transport': 'smpp', 'settings.token': 'abc' }, [form])).toMatchObject({ name: 'Fala', settings: { transport: 'smpp' } })
    expect(newAccountBody({ ...blank, 'settings.transport': 'smpp', 'settings.token': 'abc' }, [form]).settings).not.toHaveProperty('token')
  })

  it('leaves the channel open where there are several', () => expect(blankAccount([form, { ...form, channel: 'messenger' }]).channel).toBe(''))
})
