import { describe, expect, it } from 'vitest'
import { Problem } from '@/lib/api'
import type { OwnChannel } from '../types'
import { blankChannel, channelBody, channelInput, newChannelBody, placed, settingsOf } from './form'

const channel = {
  id: '1', brand_id: '2', queue_id: '3', name: 'App', events_url: '/hooks/own/X', active: true, health: 'ok', archived: false, created_at: '', updated_at: '',
  settings: { url: 'https://a.example', icon: 'store', color: '#0b7285', window_hours: 24, can: { text_limit: 500, files: 2, receipts: true, own_edits: true, hides: false } },
} satisfies OwnChannel

describe('the form of an own channel', () => {
  it('says what the channel says, and nothing changes by looking', () => {
    const input = channelInput(channel)
    expect(input).toMatchObject({ told: ['receipts'], asked: ['own_edits'], text_limit: 500, files: 2, window_hours: 24, queue_id: '3' })
    expect(settingsOf(input)).toEqual({ ...channel.settings, pull: false, idempotent: false, can: { text_limit: 500, files: 2, receipts: true, own_edits: true } })
    expect(channelBody(input, channelInput(channel))).toEqual({})
  })

  it('bounds what can be asked of it, and nothing that cannot', () => {
    const input = { ...channelInput(channel), edit_minutes: 15, delete_minutes: 60, reaction_set: ' 👍  ❤️ ' }
    expect(settingsOf(input).can).toEqual({ text_limit: 500, files: 2, receipts: true, own_edits: true, edit_minutes: 15 })
    expect(settingsOf({ ...input, asked: ['own_reactions', 'own_deletions'] }).can).toMatchObject({ delete_minutes: 60, reaction_set: ['👍', '❤️'] })
    expect(channelInput({ ...channel, settings: { ...channel.settings, can: { text_limit: 500, reaction_set: ['👍', '❤️'] } } }).reaction_set).toBe('👍 ❤️')
  })

  it('says what there is where everybody reads it, and nothing else', () => {
    const input = { ...channelInput(channel), public: true, told: ['receipts', 'read_marks', 'typing', 'edits'], asked: ['replies', 'own_typing', 'hides', 'blocks', 'private_reply'], private_channel_id: '9' }
    expect(settingsOf(input)).toMatchObject({ private_channel_id: '9', can: { text_limit: 500, files: 2, public: true, receipts: true, edits: true, hides: true, blocks: true, private_reply: true } })
    expect(Object.keys(settingsOf(input).can)).not.toEqual(expect.arrayContaining(['read_marks']))
    expect(settingsOf({ ...input, asked: ['hides'] })).not.toHaveProperty('private_channel_id')
    const back = settingsOf({ ...input, public: false })
    expect(back.can).toEqual({ text_limit: 500, files: 2, receipts: true, read_marks: true, typing: true, edits: true, replies: true, own_typing: true })
    expect(back).not.toHaveProperty('private_channel_id')
    expect(channelInput({ ...channel, settings: settingsOf(input) })).toMatchObject({ public: true, private_channel_id: '9', told: ['receipts', 'edits'], asked: ['private_reply', 'hides', 'blocks'] })
  })

  it('has no address for commands where they are fetched', () => {
    expect(settingsOf({ ...channelInput(channel), pull: true })).toMatchObject({ url: '', pull: true })
  })

  it('sends only what was touched, and abilities whole', () => {
    const before = channelInput(channel)
    expect(channelBody({ ...before, name: ' Shop ' }, before)).toEqual({ name: 'Shop' })
    expect(channelBody({ ...before, told: ['edits'] }, before)).toEqual({ settings: { ...settingsOf(before), can: { text_limit: 500, files: 2, edits: true, own_edits: true } } })
  })

  it('shows beside its fields what the server finds wrong with settings', async () => {
    const paths = ['settings.url', 'settings.can.text_limit', 'settings.can.hides', 'settings.can.typing', 'settings.private_channel_id', 'name']
    const refused = new Problem({ status: 422, code: 'fields', fields: paths.map((path) => ({ path, code: 'invalid' })) })
    const error = await placed(Promise.reject(refused)).catch((thrown: unknown) => thrown)
    expect(error instanceof Problem && error.fields.map((f) => f.path)).toEqual(['url', 'text_limit', 'asked', 'told', 'private_channel_id', 'name'])
    expect(error).toMatchObject({ status: 422, code: 'fields' })
    expect(await placed(Promise.resolve(7))).toBe(7)
  })

  it('makes a channel with what is usual', () => {
    expect(newChannelBody({ ...blankChannel, brand_id: '2', queue_id: '3', name: 'App' })).toEqual({
      brand_id: '2', queue_id: '3', name: 'App', settings: { url: '', icon: 'plug', color: '#4263eb', window_hours: 0, pull: false, idempotent: false, can: { text_limit: 4000, files: 0, receipts: true } },
    })
  })
})
