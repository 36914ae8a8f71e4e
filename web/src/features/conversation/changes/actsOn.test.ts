import { describe, expect, it } from 'vitest'
import { sessionWith } from '@/testing/render'
import type { Shown } from '../entries'
import type { Detail } from '../types'
import { actsOn } from './actsOn'

const at = '2026-05-14T10:00:00Z'
const soon = Date.parse(at) + 60_000
const detail = (acts: string[], more: object = {}) => ({ capabilities: { acts, edit_seconds: 900, delete_seconds: 0, ...more } }) as Detail
const all = detail(['send', 'edit', 'delete', 'react'])
const ours = (more: Partial<Shown> = {}) => ({ id: '1', kind: 'message', author: 'agent', user: { id: '1', name: 'Marta Zając' }, text: 'x', occurred_at: at, delivery: { state: 'read', at }, ...more }) as Shown
const theirs = (more: Partial<Shown> = {}) => ({ id: '2', kind: 'message', author: 'customer', text: 'x', occurred_at: at, ...more }) as Shown
const agent = { ...sessionWith(), permissions: { 'conversation.reply': 'own' as const } } as ReturnType<typeof sessionWith>
const supervisor = sessionWith('conversation.reply')
const by = (id: string) => ({ user: { id, name: 'Bálint Kiss' } })

describe('what can be done with a message', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['one’s own answer', actsOn(ours(), all, agent, soon), ['edit', 'delete']],
    ['one’s own, too late to be changed', actsOn(ours(), all, agent, Date.parse(at) + 901_000), ['delete']],
    ['a colleague’s', actsOn(ours(by('2')), all, agent, soon), []],
    ['a colleague’s, by a supervisor', actsOn(ours(by('2')), all, supervisor, soon), ['edit', 'delete']],
    ['the customer’s', actsOn(theirs(), all, agent, soon), ['react']],
    ['where the channel cannot', actsOn(ours(), detail(['send']), supervisor, soon), []],
    ['the customer’s where the channel cannot', actsOn(theirs(), detail(['send', 'edit']), agent, soon), []],
    ['what has not gone out', actsOn(ours({ delivery: { state: 'queued', at } }), all, agent, soon), []],
    ['what is gone', actsOn(ours({ deleted: true }), all, agent, soon), []],
    ['a note', actsOn(ours({ kind: 'note' }), all, agent, soon), []],
    ['by one who only reads', actsOn(theirs(), all, sessionWith('conversation.read'), soon), []],
    ['of a conversation that a list alone knows', actsOn(theirs(), {} as Detail, agent, soon), []],
  ])('%s', (_, got, want) => expect(got).toEqual(want))
})
