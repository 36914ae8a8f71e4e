import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DraftKeeper, type DraftStores, type LocalDraft, saveHereAfter, saveThereAfter } from './drafts'
import type { Draft } from './types'

/** Stores in memory; `slow` holds pushes back until it is called. */
function stores(local?: LocalDraft, server?: Draft) {
  const made = {
    local,
    server,
    pushed: [] as [string, number][],
    answer: 'kept' as 'kept' | 'newer',
    /** Answers of the next saves; then `answer`. */
    answers: [] as ('kept' | 'newer')[],
    fail: false,
    hold: undefined as Promise<void> | undefined,
  }
  const ports: DraftStores = {
    load: () => made.local,
    save: (draft) => void (made.local = draft),
    push: async (text, rev) => {
      await made.hold
      if (made.fail) throw new Error('connection lost')
      made.pushed.push([text, rev])
      return made.answers.shift() ?? made.answer
    },
    pull: async () => made.server,
  }
  return { made, keeper: new DraftKeeper(ports) }
}

const draft = (text: string, rev: number): Draft => ({ mode: 'reply', text, rev, at: '' })

describe('DraftKeeper', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('saves here after a moment and there after a longer one', async () => {
    const { made, keeper } = stores()
    keeper.type('Half')
    await vi.advanceTimersByTimeAsync(saveHereAfter - 1)
    expect(made.local).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(made.local).toEqual({ text: 'Half', rev: 0, synced: false })
    expect(keeper.state().saved).toBe('here')
    await vi.advanceTimersByTimeAsync(saveThereAfter - saveHereAfter)
    expect(made.pushed).toEqual([['Half', 1]])
    expect(made.local).toEqual({ text: 'Half', rev: 1, synced: true })
    expect(keeper.state().saved).toBe('there')
  })

  it('waits for the end of typing', async () => {
    const { made, keeper } = stores()
    for (const text of ['a', 'ab', 'abc']) {
      keeper.type(text)
      await vi.advanceTimersByTimeAsync(300)
    }
    expect(made.local).toBeUndefined()
    await vi.runAllTimersAsync()
    expect(made.pushed).toEqual([['abc', 1]])
  })

  it('sends saves one after the other', async () => {
    const { made, keeper } = stores()
    let go = () => {}
    made.hold = new Promise((done) => (go = done))
    keeper.type('first')
    await vi.advanceTimersByTimeAsync(saveThereAfter)
    keeper.type('second')
    await vi.advanceTimersByTimeAsync(saveThereAfter)
    expect(made.pushed).toEqual([])
    go()
    await vi.runAllTimersAsync()
    expect(made.pushed).toEqual([['first', 1], ['second', 2]])
    expect(keeper.state().saved).toBe('there')
  })

  it('takes a later draft of another device when nothing was typed here', async () => {
    const { keeper } = stores({ text: 'old', rev: 3, synced: true }, draft('from the phone', 5))
    await keeper.open()
    expect(keeper.state()).toMatchObject({ text: 'from the phone', offered: undefined })
    keeper.type('and on')
    await vi.runAllTimersAsync()
  })

  it('offers it when something was, and the choice wins', async () => {
    const typed = () => stores({ text: 'typed here', rev: 3, synced: false }, draft('from the phone', 5))
    const take = typed()
    await take.keeper.open()
    expect(take.keeper.state()).toMatchObject({ text: 'typed here', offered: { text: 'from the phone' } })
    take.keeper.takeOffered()
    expect(take.keeper.state()).toMatchObject({ text: 'from the phone', offered: undefined })

    const leave = typed()
    await leave.keeper.open()
    leave.keeper.leaveOffered()
    await vi.runAllTimersAsync()
    expect(leave.made.pushed).toEqual([['typed here', 6]])
  })

  it('saves what this device had not sent yet when it is opened', async () => {
    const { made, keeper } = stores({ text: 'typed before the crash', rev: 3, synced: false }, draft('older', 2))
    await keeper.open()
    await vi.runAllTimersAsync()
    expect(made.pushed).toEqual([['typed before the crash', 4]])
  })

  it('learns of a later draft when its save is refused', async () => {
    const { made, keeper } = stores()
    made.answer = 'newer'
    made.server = draft('from the phone', 9)
    keeper.type('typed here')
    await vi.advanceTimersByTimeAsync(saveThereAfter)
    expect(keeper.state().offered?.text).toBe('from the phone')
    expect(keeper.state().text).toBe('typed here')
  })

  it('is empty once sent, and a save under way does not bring the text back', async () => {
    const { made, keeper } = stores()
    let go = () => {}
    made.hold = new Promise((done) => (go = done))
    keeper.type('sent')
    await vi.advanceTimersByTimeAsync(saveThereAfter)
    keeper.sent()
    expect(keeper.state().text).toBe('')
    go()
    await vi.runAllTimersAsync()
    expect(made.pushed).toEqual([['sent', 1], ['', 3]])
    expect(made.local).toMatchObject({ text: '', synced: true })
  })

  it('saves at once when one leaves, and only then', async () => {
    const { made, keeper } = stores()
    keeper.leave()
    expect(made.pushed).toEqual([])
    keeper.type('leaving')
    keeper.leave()
    await vi.runAllTimersAsync()
    expect(made.pushed).toEqual([['leaving', 1]])
    expect(made.local?.text).toBe('leaving')
  })

  it('tells the server that a text was sent, so that it does not come back on a reload', async () => {
    const { made, keeper } = stores({ text: 'sent', rev: 4, synced: true }, draft('sent', 4))
    keeper.sent()
    await vi.runAllTimersAsync()
    expect(made.pushed).toEqual([['', 6]])
    expect(made.local).toMatchObject({ text: '', rev: 6, synced: true })
  })

  it('stays empty when the sending could not be told before the reload', async () => {
    const before = stores({ text: 'sent', rev: 4, synced: true })
    before.made.fail = true
    before.keeper.sent()
    await vi.runAllTimersAsync()
    const { made, keeper } = stores(before.made.local, draft('sent', 4))
    await keeper.open()
    await vi.runAllTimersAsync()
    expect(keeper.state().text).toBe('')
    expect(made.pushed).toEqual([['', 6]])
  })

  it('does not run ahead of the other devices while its saves fail', async () => {
    const { made, keeper } = stores()
    made.fail = true
    for (const text of ['a', 'ab', 'abc']) {
      keeper.type(text)
      await vi.advanceTimersByTimeAsync(saveThereAfter)
    }
    made.fail = false
    keeper.type('abcd')
    await vi.runAllTimersAsync()
    expect(made.pushed).toEqual([['abcd', 1]])
  })

  it('knows its own text when a save arrived whose answer did not', async () => {
    const { made, keeper } = stores()
    made.fail = true
    keeper.type('a')
    await vi.advanceTimersByTimeAsync(saveThereAfter)
    made.fail = false
    made.answers = ['newer']
    made.server = draft('a', 1)
    keeper.type('ab')
    await vi.runAllTimersAsync()
    expect(keeper.state()).toEqual({ text: 'ab', saved: 'there' })
    expect(made.pushed.at(-1)).toEqual(['ab', 2])
  })

  it('keeps the colleagues who were picked with the text', () => {
    const { made, keeper } = stores()
    keeper.mention({ id: '2', name: 'Bálint Kiss' })
    keeper.type('@Bálint Kiss look')
    keeper.leave()
    const again = stores(made.local).keeper
    expect(again.mentions()).toEqual([{ id: '2', name: 'Bálint Kiss' }])
    again.sent()
    expect(again.mentions()).toEqual([])
  })
})
