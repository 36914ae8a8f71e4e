import { describe, expect, it } from 'vitest'
import type { OwnChannel } from '../types'
import { blankChannel, channelBody, channelInput, newChannelBody, settingsOf } from './form'

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

  it('has no address for commands where they are fetched', () => {
    expect(settingsOf({ ...channelInput(channel), pull: true })).toMatchObject({ url: '', pull: true })
  })

  it('sends only what was touched, and abilities whole', () => {
    const before = channelInput(channel)
    expect(channelBody({ ...before, name: ' Shop ' }, before)).toEqual({ name: 'Shop' })
    expect(channelBody({ ...before, told: ['edits'] }, before)).toEqual({ settings: { ...settingsOf(before), can: { text_limit: 500, files: 2, edits: true, own_edits: true } } })
  })

  it('makes a channel with what is usual', () => {
    expect(newChannelBody({ ...blankChannel, brand_id: '2', queue_id: '3', name: 'App' })).toEqual({
      brand_id: '2', queue_id: '3', name: 'App', settings: { url: '', icon: 'plug', color: '#4263eb', window_hours: 0, pull: false, idempotent: false, can: { text_limit: 4000, files: 0, receipts: true } },
    })
  })
})
