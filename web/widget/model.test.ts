import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { apply, emptyModel, lastSeq, lines, toRead, unread, withEntry } from './model'
import type { Frame, Model } from './model'
import type { ClientFrame, Entry, ServerFrame } from './protocol'

const shared = path.resolve(import.meta.dirname, '../../internal/channel/webchat/testdata/protocol.json')
const examples = JSON.parse(readFileSync(shared, 'utf8')) as { server: ServerFrame[]; client: ClientFrame[] }

const state = { conversation: '1', phase: 'active' } as const
const entry = (seq: number, more: Partial<Entry> = {}): ServerFrame => ({
  type: 'entry',
  data: { conversation: '1', seq, kind: 'message', author: { kind: 'agent', name: 'Marta' }, text: `#${seq}`, at: '2026-03-02T09:00:00Z', ...more },
})
const page = (more: boolean, ...seqs: number[]): Frame => ({ type: 'page', data: { state, more, version: 'x', entries: seqs.map((seq) => entry(seq).data as Entry) } })
const own = (seq: number): Entry => ({ conversation: '1', seq, kind: 'message', author: { kind: 'visitor' }, text: 'mine', at: '2026-03-02T09:00:00Z' })
const after = (...frames: Frame[]) => frames.reduce<Model>(apply, apply(emptyModel, { type: 'welcome', data: { visitor: { id: 'v1', known: false }, state } }))

describe('model', () => {
  it('follows the examples of the protocol', () => {
    const model = examples.server.reduce<Model>(apply, emptyModel)
    expect(model.entries.map((e) => e.seq)).toEqual([1, 3, 4, 5, 6, 7])
    const shown = lines(model)
    expect(shown.map((l) => l.seq)).toEqual([1, 3, 4, 7])
    expect(shown.find((l) => l.seq === 4)).toMatchObject({ deleted: true, edited: true })
    expect(model.state).toMatchObject({ phase: 'offline', read: 6, delivered: 7 })
    expect(model.typing).toBe(true)
  })

  it('has each entry once and in order, whatever comes twice or late', () => {
    const model = after(entry(3), entry(1), entry(3), entry(2))
    expect(model.entries.map((e) => e.seq)).toEqual([1, 2, 3])
    expect(lastSeq(model)).toBe(3)
  })

  it('ignores what belongs to another conversation', () => {
    const model = after(entry(1))
    for (const f of [entry(2, { conversation: '2' }), { type: 'typing', data: { conversation: '2', on: true } }, { type: 'read', data: { conversation: '2', seq: 9 } }, { type: 'state', data: { ...state, conversation: '2' } }] as ServerFrame[])
      expect(apply(model, f)).toBe(model)
  })

  it('is not moved by own words past what was said before them', () => {
    const model = withEntry(after(entry(5)), { ...own(7), told: true })
    expect(model.entries.map((e) => e.seq)).toEqual([5, 7])
    expect(model.upTo).toBe(5)
    expect(toRead(model)).toBe(5)
    expect([entry(6), { type: 'entry', data: own(7) } as Frame].reduce<Model>(apply, model).upTo).toBe(7)
  })

  it('takes the entry itself for what was only told of, with its files', () => {
    const files = [{ id: 'f', name: 'a.png', size: 1, type: 'image/png' }]
    const model = withEntry(after(), { ...own(1), told: true })
    const real = apply(model, { type: 'entry', data: { ...own(1), attachments: files } })
    expect(real.entries).toMatchObject([{ seq: 1, attachments: files }])
    expect(real.entries[0]!.told).toBeUndefined()
  })

  it('counts nothing that comes behind a gap until the gap is closed', () => {
    const gap = after(entry(1), { type: 'resync', data: { conversation: '1' } }, entry(300))
    expect(gap.upTo).toBe(1)
    const half = apply(gap, page(true, 2, 101))
    expect(half.upTo).toBe(101)
    expect(apply(half, entry(301)).upTo).toBe(101)
    expect(apply(half, page(false, 102, 299)).upTo).toBe(300)
  })

  it('does not begin in the middle: a state alone begins nothing', () => {
    expect(apply(emptyModel, { type: 'state', data: state })).toBe(emptyModel)
    expect(apply(apply(emptyModel, { type: 'state', data: state }), entry(9)).entries).toEqual([])
    expect(apply(emptyModel, page(false, 1)).entries).toHaveLength(1)
  })

  it('moves marks only forward', () => {
    const model = after({ type: 'read', data: { conversation: '1', seq: 5 } }, { type: 'read', data: { conversation: '1', seq: 3 } }, { type: 'state', data: { ...state, read: 2, delivered: 4 } })
    expect(model.state).toMatchObject({ read: 5, delivered: 4 })
  })

  it('begins anew with a new conversation', () => {
    const model = apply(after(entry(1)), { type: 'opened', data: { cid: 'c', state: { conversation: '2', phase: 'queued' } } })
    expect(model.entries).toEqual([])
    expect(model.state?.conversation).toBe('2')
  })

  it('counts as unread what others wrote after the mark', () => {
    const model = after(entry(1), entry(2, { author: { kind: 'visitor' } }), entry(3), entry(4, { kind: 'system', event: 'joined' }), entry(5, { kind: 'edit', target: 3, text: 'x' }))
    expect(unread(model, 0)).toHaveLength(2)
    expect(unread(model, 1)).toHaveLength(1)
    expect(unread(model, 3)).toHaveLength(0)
  })

  it('takes the typing mark away when the message is there', () => {
    expect(after({ type: 'typing', data: { conversation: '1', on: true } }, entry(1)).typing).toBe(false)
  })
})
