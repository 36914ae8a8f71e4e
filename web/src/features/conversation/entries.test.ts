import { describe, expect, it } from 'vitest'
import { fold, hasOlder, inOneBreath, mergeEntries, moveDelivery, readUpTo, refreshEntries, takeEntry } from './entries'
import { fillVariables, namedIn, replaced, tokenAt } from './insert'
import { actsFor } from './rights'
import type { Entry, Row } from './types'
import { sessionWith } from '@/testing/render'

const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({ id: `e${seq}`, seq, kind: 'message', author: 'customer', text: `text ${seq}`, occurred_at: new Date(seq * 1000).toISOString(), received_at: '', ...more })
const seqs = (entries: readonly Entry[]) => entries.map((e) => e.seq)

describe('entries', () => {
  it('are joined in order, the later version wins', () => {
    const joined = mergeEntries([entry(2), entry(3)], [entry(1), entry(3, { text: 'new' })])
    expect(seqs(joined)).toEqual([1, 2, 3])
    expect(joined[2]?.text).toBe('new')
  })

  it('never leave a hole: a gap asks for the stretch again', () => {
    expect(seqs(takeEntry([entry(1)], entry(2))!)).toEqual([1, 2])
    expect(takeEntry([entry(1)], entry(3))).toBeUndefined()
    expect(seqs(takeEntry([entry(5)], entry(2))!)).toEqual([5])
    expect(seqs(refreshEntries([entry(1), entry(2)], [entry(3), entry(4)]))).toEqual([1, 2, 3, 4])
    expect(seqs(refreshEntries([entry(1), entry(2)], [entry(4), entry(5)]))).toEqual([4, 5])
    expect(hasOlder([entry(4)])).toBe(true)
    expect(hasOlder([entry(1)])).toBe(false)
  })

  it('move their delivery forward only', () => {
    const ours = entry(1, { author: 'agent', delivery: { state: 'delivered', at: '' } })
    expect(moveDelivery([ours], 'e1', { state: 'sent' })[0]?.delivery?.state).toBe('delivered')
    expect(moveDelivery([ours], 'e1', { state: 'read' })[0]?.delivery?.state).toBe('read')
    expect(mergeEntries([ours], [{ ...ours, delivery: { state: 'queued', at: '' } }])[0]?.delivery?.state).toBe('delivered')
    const read = readUpTo([ours, entry(2), entry(3, { author: 'agent', delivery: { state: 'sent', at: '' } })], 2)
    expect(read.map((e) => e.delivery?.state)).toEqual(['read', undefined, 'sent'])
  })

  it('begin their way anew where somebody sends again what had not arrived, and come back after they were sent', () => {
    const lost = entry(1, { author: 'agent', delivery: { state: 'ambiguous', at: '2026-05-14T10:00:00Z' } })
    expect(moveDelivery([lost], 'e1', { state: 'queued', at: '2026-05-14T10:05:00.5Z' })[0]?.delivery?.state).toBe('queued')
    // One that was on its way before it was lost is news no more.
    expect(mergeEntries([lost], [{ ...lost, delivery: { state: 'sending', at: '2026-05-14T09:59:00Z' } }])[0]?.delivery?.state).toBe('ambiguous')
    const sent = entry(1, { author: 'agent', delivery: { state: 'sent', at: '' } })
    expect(moveDelivery([sent], 'e1', { state: 'failed', reason: 'delivery.bounced' })[0]?.delivery).toMatchObject({ state: 'failed', reason: 'delivery.bounced' })
  })

  it('fold edits, deletions and reactions into what they are about', () => {
    const shown = fold([entry(1), entry(2), entry(3, { kind: 'edit', target_id: 'e1', text: 'better' }), entry(4, { kind: 'deletion', target_id: 'e2' }), entry(5, { kind: 'reaction', target_id: 'e1', text: '👍' })])
    expect(seqs(shown)).toEqual([1, 2])
    expect(shown[0]).toMatchObject({ text: 'better', edited: true, reactions: [{ text: '👍' }] })
    expect(shown[1]?.deleted).toBe(true)
  })

  it('take a reaction back that was put before, and no other', () => {
    const put = entry(2, { kind: 'reaction', target_id: 'e1', text: '👍' })
    const back = entry(4, { kind: 'reaction', target_id: 'e1', text: '👍', data: { off: true } })
    expect(fold([entry(1), put, entry(3, { kind: 'reaction', target_id: 'e1', text: '❤️' }), back])[0]?.reactions?.map((r) => r.text)).toEqual(['❤️'])
    expect(fold([entry(1), back, put])[0]?.reactions?.map((r) => r.text)).toEqual(['👍'])
  })

  it('have one reaction of ours, whoever of us put it', () => {
    const ours = (seq: number, text: string, more: Partial<Entry> = {}) => entry(seq, { kind: 'reaction', author: 'agent', target_id: 'e1', text, ...more })
    const texts = (...later: Entry[]) => fold([entry(1), entry(2, { kind: 'reaction', target_id: 'e1', text: '👍' }), ...later])[0]?.reactions?.map((r) => r.text)
    expect(texts(ours(3, '👍'), ours(4, '🎉'))).toEqual(['👍', '🎉'])
    expect(texts(ours(3, '🎉'), entry(4, { kind: 'reaction', target_id: 'e1', text: '', data: { off: true } }))).toEqual(['🎉'])
    expect(texts(ours(3, '👍'), ours(4, '👍', { data: { off: true } }))).toEqual(['👍'])
  })

  it('remember what they said before', () => {
    const shown = fold([entry(1, { text: 'a' }), entry(2, { kind: 'edit', target_id: 'e1', text: 'b', occurred_at: '2026-05-14T11:00:00Z' }), entry(3, { kind: 'edit', target_id: 'e1', text: 'c' })])[0]
    expect(shown?.text).toBe('c')
    expect(shown?.history?.map((v) => v.text)).toEqual(['a', 'b'])
    expect(shown?.history?.[1]?.at).toBe('2026-05-14T11:00:00Z')
  })

  it('stand as they were where a change of ours came to nothing, and say so', () => {
    const edit = (state: 'queued' | 'failed' | 'cancelled' | 'sent') => entry(2, { kind: 'edit', author: 'agent', target_id: 'e1', text: 'new', delivery: { state, at: '' } })
    const first = entry(1, { text: 'old', author: 'agent' })
    expect(fold([first, edit('queued')])[0]).toMatchObject({ text: 'new', change: { id: 'e2' } })
    expect(fold([first, edit('failed')])[0]).toMatchObject({ text: 'old', change: { id: 'e2' } })
    expect(fold([first, edit('failed')])[0]?.edited).toBeUndefined()
    expect(fold([first, edit('cancelled')])[0]).toMatchObject({ text: 'old', change: undefined })
    expect(fold([first, edit('sent')])[0]).toMatchObject({ text: 'new', change: undefined, edited: true })
  })

  it('stand together when one person says them in one breath', () => {
    expect(inOneBreath(entry(1), entry(2))).toBe(true)
    expect(inOneBreath(entry(1), entry(400))).toBe(false)
    expect(inOneBreath(entry(1), entry(2, { author: 'agent' }))).toBe(false)
    expect(inOneBreath(undefined, entry(2))).toBe(false)
  })
})

describe('what is picked while typing', () => {
  it.each<[string, boolean, ReturnType<typeof tokenAt>]>([
    ['/gre', false, { kind: 'canned', query: 'gre', from: 0 }],
    ['Hello /', false, { kind: 'canned', query: '', from: 6 }],
    ['and/or', false, undefined],
    ['see @Bál', true, { kind: 'mention', query: 'Bál', from: 4 }],
    ['see @Bálint K', true, { kind: 'mention', query: 'Bálint K', from: 4 }],
    ['see @Bál', false, undefined],
    ['me@example', true, undefined],
  ])('%s', (text, note, want) => expect(tokenAt(text, text.length, note)).toEqual(want))

  it('is put in the place of its token', () => expect(replaced('Hello /gre there', 6, 10, 'Good day')).toEqual({ text: 'Hello Good day there', caret: 14 }))

  it('has its variables filled; unknown ones stay to be seen', () => {
    expect(fillVariables('Hello {{ customer.first_name }}, on {{date}}', { 'customer.first_name': 'Eszter' })).toBe('Hello Eszter, on {{date}}')
  })

  it('counts as a mention only while the note names them', () => {
    const picked = [
      { id: '1', name: 'Bálint Kiss' },
      { id: '2', name: 'Ola Nowicka' },
    ]
    expect(namedIn('see @Bálint Kiss', picked)).toEqual([picked[0]])
  })
})

describe('answers that were not seen in the chat', () => {
  const sent = { state: 'sent', at: '' } as const
  const answer = (seq: number, more: Partial<Entry> = {}) => entry(seq, { author: 'agent', delivery: sent, ...more })
  const letter = (state: 'queued' | 'sent' | 'failed') => entry(9, { kind: 'system', author: 'system', code: 'mailed', data: { first: 3, last: 5 }, delivery: { state, at: '' } })
  const mailed = (entries: Entry[]) => seqs(fold(entries).filter((e) => e.mailed))

  it('are marked once a letter has carried them', () => {
    const chat = [entry(1), answer(2), answer(3), entry(4), answer(5), answer(6)]
    expect(mailed([...chat, letter('sent')])).toEqual([3, 5])
    expect(mailed([...chat, letter('queued')])).toEqual([])
    expect(mailed([...chat, letter('failed')])).toEqual([])
    expect(mailed(chat)).toEqual([])
  })
  it('are read where they were read', () => expect(mailed([answer(3), answer(5, { delivery: { state: 'read', at: '' } }), letter('sent')])).toEqual([3]))
})

describe('actsFor', () => {
  const row = (more: Partial<Row>) => ({ state: 'active', agent: { id: '1', name: 'Marta Zając' }, ...more }) as Row
  const agent = { ...sessionWith(), permissions: { 'conversation.reply': 'own', 'conversation.note': 'own', 'interaction.pull': 'brand' } } as ReturnType<typeof sessionWith>
  const writer = { ...agent, permissions: { ...agent.permissions, 'case.edit': 'brand' } } as typeof agent
  const supervisor = sessionWith('conversation.reply', 'conversation.note', 'interaction.pull', 'interaction.move')
  const other = { id: '2', name: 'Bálint Kiss' }

  it.each<[string, Partial<Row>, typeof agent, boolean, string[]]>([
    ['an agent works on their own', {}, agent, true, ['transfer', 'park', 'resolve', 'reply', 'note']],
    ['an agent only notes on a colleague’s', { agent: other }, agent, true, ['note']],
    ['an agent pulls what waits', { state: 'queued', agent: undefined }, agent, true, ['pull', 'note']],
    ['where the queue allows it', { state: 'queued', agent: undefined }, agent, false, ['note']],
    ['what is offered to me waits', { state: 'offered' }, agent, true, ['pull', 'note']],
    ['a parked one is resumed', { state: 'parked' }, agent, true, ['transfer', 'resume', 'resolve', 'reply', 'note']],
    ['wrap-up is finished', { state: 'wrap_up' }, agent, true, ['transfer', 'finish', 'reply', 'note']],
    ['a closed one is reopened', { state: 'closed' }, agent, true, ['reopen', 'note']],
    ['a supervisor takes over', { agent: other }, supervisor, true, ['takeOver', 'transfer', 'park', 'resolve', 'reply', 'note']],
    ['a chat can go on by mail', { channel: 'webchat' }, writer, true, ['transfer', 'park', 'resolve', 'reply', 'goOn', 'note']],
    ['a chat that is closed too', { channel: 'webchat', state: 'closed' }, writer, true, ['reopen', 'goOn', 'note']],
    ['what is no chat can go on by chat', { channel: 'email' }, writer, true, ['transfer', 'park', 'resolve', 'reply', 'goOnChat', 'note']],
    ['not once it is closed, for the link goes in a reply', { channel: 'email', state: 'closed' }, writer, true, ['reopen', 'note']],
    ['nor by who works on something else', { channel: 'email', agent: other }, writer, true, ['note']],
    ['a supervisor pulls even where agents may not', { state: 'queued', agent: undefined }, supervisor, false, ['pull', 'transfer', 'reply', 'note']],
  ])('%s', (_, part, session, pullAllowed, want) => expect([...actsFor(row(part), session, pullAllowed)]).toEqual(want))
})
