import { describe, expect, it } from 'vitest'
import { newCID, openOutbox } from './outbox'
import { outboxMax } from './protocol'
import { openStore } from './store'
import { memoryStore } from './testing'

const say = (text: string) => ['say', { conversation: '1', text }] as const

describe('outbox', () => {
  it('keeps the order of what two tabs put in', () => {
    const store = memoryStore()
    const [a, b] = [openOutbox(store), openOutbox(store)]
    a.add(...say('1'))
    a.add(...say('2'))
    expect(b.all().map((p) => (p.data as { text: string }).text)).toEqual(['1', '2'])
    const first = b.next()!
    b.remove(first.cid)
    expect(a.all()).toHaveLength(1)
    a.fail(first.cid, { code: 'x', text: '' }) // too late: it is gone and stays gone
    expect(a.all()).toHaveLength(1)
  })

  it('passes over what has failed until it is tried again', () => {
    const box = openOutbox(memoryStore())
    const first = box.add(...say('1'))!
    const second = box.add(...say('2'))!
    box.fail(first.cid, { code: 'x', text: 'no' })
    expect(box.next()?.cid).toBe(second.cid)
    box.retry(first.cid)
    expect(box.next()?.cid).toBe(first.cid)
  })

  it('is bounded', () => {
    const box = openOutbox(memoryStore())
    for (let i = 0; i < outboxMax; i++) expect(box.add(...say('x'))).toBeDefined()
    expect(box.add(...say('x'))).toBeUndefined()
  })

  it('names acts as the protocol wants it', () => {
    expect(newCID()).toMatch(/^[\w-]{22}$/)
    expect(newCID()).not.toBe(newCID())
  })
})

describe('store', () => {
  it('works without a place to store, for this page', () => {
    const forbidden = new Proxy({} as Storage, {
      get() {
        throw new DOMException('denied', 'SecurityError')
      },
    })
    const store = openStore('k', forbidden)
    store.set('out.a', 1)
    expect(store.get('out.a')).toBe(1)
    expect(store.names('out.')).toEqual(['out.a'])
    store.set('out.a', undefined)
    expect(store.get('out.a')).toBeUndefined()
  })

  it('keeps entry points apart', () => {
    openStore('a').set('token', 'x')
    expect(openStore('b').get('token')).toBeUndefined()
    expect(openStore('a').get('token')).toBe('x')
  })
})
