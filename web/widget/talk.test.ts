import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import en from '../i18n/en/widget.json'
import type { Host } from './host'
import type * as More from './more'
import type { ServerFrame } from './protocol'
import { Screen } from './screen'
import { Talk } from './talk'
import { FakeSocket } from './testing'
import { inShort } from './ui/phrases'
import { translator } from './i18n'

const state = { conversation: '7', phase: 'active', agent: { name: 'Marta', initials: 'MZ' } } as const
const at = '2026-03-02T09:00:00Z'
const settle = () => vi.advanceTimersByTimeAsync(0)
const agentSays = (seq: number, text: string): ServerFrame => ({ type: 'entry', data: { conversation: '7', seq, kind: 'message', author: { kind: 'agent', name: 'Marta', initials: 'MZ' }, text, at } })
let hidden = false
let tests = 0

/** A visitor whose conversation goes on; the panel is as closed as on a new page. */
async function talking() {
  const key = `k${tests}` // talks of earlier tests still hear the window
  localStorage[`zongler:${key}:token`] = '"t"'
  localStorage[`zongler:${key}:conversation`] = '"7"'
  const button = document.createElement('button')
  button.innerHTML = '<svg><path d=""></path></svg>'
  const config = { brand: { name: 'Pannon Fibre', color: '#2f5bea' }, prechat: {}, hours: { open: true }, languages: ['en'], language: 'en', texts: {} }
  const host = { element: document.createElement('div'), button, base: 'https://chat.example', key, config, trail: [], emit: () => {} } as unknown as Host
  const screen = new Screen(host, () => {})
  screen.t = translator('en', en)
  const talk = new Talk(screen)
  screen.talk = talk
  screen.more = {} as typeof More
  talk.session.start()
  await settle()
  const s = FakeSocket.last()
  s.welcome({ visitor: { id: 'v1', known: false }, state })
  return { screen, talk, s, reads: () => s.said('read').map((f) => f.data.seq) }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ token: 't', visitor: { id: 'v1', known: false }, conversations: [] })))
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
  FakeSocket.all = []
  hidden = false
  tests++
  localStorage.clear()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('what is told as read', () => {
  it('is what was before the eyes of who answers, at once', async () => {
    const { screen, talk, s, reads } = await talking()
    screen.openPanel()
    s.tell(agentSays(3, 'Is it plugged in?'))
    talk.writing.say('Yes.')
    expect(reads()).toEqual([3])
    expect(s.said('say')[0]!.data.text).toBe('Yes.')
  })

  it.each([
    ['closed', (screen: Screen) => screen.close()],
    ['in a tab that nobody looks at', () => (hidden = true)],
    ['scrolled away from it', (screen: Screen) => (screen.talk!.atEnd = false)],
  ])('is nothing while the panel is %s, whatever is sent meanwhile', async (_, leave) => {
    const { screen, talk, s, reads } = await talking()
    screen.openPanel()
    s.close(1006)
    talk.writing.say('typed without a network')
    leave(screen)
    await vi.advanceTimersByTimeAsync(1000)
    const again = FakeSocket.last()
    again.welcome({ visitor: { id: 'v1', known: false }, state })
    again.tell(agentSays(3, 'Are you there?'))
    expect(again.said('say')[0]!.data.text).toBe('typed without a network')
    again.tell({ type: 'entry', data: { conversation: '7', seq: 4, kind: 'message', author: { kind: 'visitor' }, text: 'typed without a network', cid: again.said('say')[0]!.data.cid, at } })
    await vi.advanceTimersByTimeAsync(5000)
    expect(again.said('read')).toEqual([])
    expect(reads()).toEqual([])
    expect(talk.session.unread()).toBe(1)
  })

  it('is told after a second in view, up to the newest of the other side and not again for own words', async () => {
    const { screen, talk, s, reads } = await talking()
    screen.openPanel()
    s.tell(agentSays(3, 'Look at it'))
    await vi.advanceTimersByTimeAsync(900)
    expect(reads()).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(reads()).toEqual([3])
    talk.writing.say('I do')
    s.tell({ type: 'entry', data: { conversation: '7', seq: 4, kind: 'message', author: { kind: 'visitor' }, text: 'I do', cid: s.said('say')[0]!.data.cid, at } })
    await vi.advanceTimersByTimeAsync(5000)
    expect(reads()).toEqual([3])
  })

  it('is told when the line is back, if it was read without one', async () => {
    const { screen, s } = await talking()
    screen.openPanel()
    s.tell(agentSays(3, 'Look at it'))
    s.readyState = 3 // the line is dead, but nobody has noticed
    await vi.advanceTimersByTimeAsync(1100)
    expect(s.said('read')).toEqual([])
    s.onclose?.({ code: 1006 })
    await vi.advanceTimersByTimeAsync(1000)
    const again = FakeSocket.last()
    again.welcome({ visitor: { id: 'v1', known: false }, state })
    expect(again.said('read').map((f) => f.data.seq)).toEqual([3])
  })
})

describe('the preview beside the launcher', () => {
  it('shows the newest message until it is put away, in every tab and on the next page', async () => {
    const { talk, s } = await talking()
    expect(talk.preview).toBeUndefined()
    s.tell(agentSays(3, 'one'))
    s.tell(agentSays(5, 'two'))
    expect(talk.preview?.text).toBe('two')
    talk.hush()
    expect(talk.preview).toBeUndefined()
    expect(talk.session.unread()).toBe(2)
    const next = await talking()
    next.s.tell(agentSays(3, 'one'))
    next.s.tell(agentSays(5, 'two'))
    expect(next.talk.preview).toBeUndefined()
    next.s.tell(agentSays(7, 'three'))
    expect(next.talk.preview?.text).toBe('three')
  })

  it('goes with Escape, wherever the focus is', async () => {
    const { talk, s } = await talking()
    s.tell(agentSays(3, 'one'))
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }))
    expect(talk.preview?.text).toBe('one')
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    expect(talk.preview).toBeUndefined()
  })

  it('is not there while the panel is open, nor where the site has a button of its own', async () => {
    const { screen, talk, s } = await talking()
    s.tell(agentSays(3, 'one'))
    screen.openPanel()
    expect(talk.preview).toBeUndefined()
    screen.close()
    expect(talk.preview?.text).toBe('one')
    screen.config = { ...screen.config, look: { launcher: 'hidden' } }
    expect(talk.preview).toBeUndefined()
  })

  it('does not show what the agent has taken back', async () => {
    const { talk, s } = await talking()
    s.tell(agentSays(3, 'wrong window'))
    s.tell({ type: 'entry', data: { conversation: '7', seq: 4, kind: 'deletion', author: { kind: 'agent' }, target: 3, at } })
    expect(talk.preview).toBeUndefined()
  })

  it('says a message in 80 characters at most, a file by its name', () => {
    expect(inShort({ text: ' one\n two ' })).toBe('one two')
    expect([...inShort({ text: '🙂'.repeat(200) })]).toHaveLength(80)
    expect(inShort({ text: 'x'.repeat(80) })).toBe('x'.repeat(80))
    expect(inShort({ attachments: [{ id: '1', name: 'plan.pdf', size: 1, type: 'application/pdf' }] })).toBe('plan.pdf')
  })
})
