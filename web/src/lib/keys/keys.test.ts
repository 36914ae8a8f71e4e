import { describe, expect, it } from 'vitest'
import { type Press, chordOf, keyNames } from './chord'
import { KeyRunner, focusOf } from './runner'
import { type CommandSpec, clashes } from './spec'

const press = (key: string, more: Partial<Press> = {}): Press => ({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })
const spec = (id: string, keys: string, more: Partial<CommandSpec> = {}): CommandSpec => ({ id, keys, title: 'keys.then', group: 'keys.then', scope: 'everywhere', ...more })
const bind = (...specs: CommandSpec[]) => specs.map((s) => ({ spec: s, keys: s.keys }))
const free = { typing: false, dialog: false }

describe('chordOf', () => {
  it.each<[string, Press, string | undefined]>([
    ['a letter', press('j'), 'j'],
    ['a capital names shift', press('U', { shiftKey: true }), 'shift+u'],
    ['a sign does not', press('?', { shiftKey: true }), '?'],
    ['Ctrl and Command are one', press('k', { metaKey: true }), 'mod+k'],
    ['a modifier alone is none', press('Control', { ctrlKey: true }), undefined],
    ['AltGr writes a Polish letter', press('ą', { ctrlKey: true, altKey: true }), undefined],
    ['Alt goes by the place of the key, for a Mac writes another sign', press('å', { altKey: true, code: 'KeyA' }), 'alt+a'],
    ['Alt and a dead key of a Mac', press('Dead', { altKey: true, code: 'KeyE' }), 'alt+e'],
    ['a Cyrillic letter goes by its place', press('о', { code: 'KeyJ' }), 'j'],
  ])('%s', (_, given, want) => expect(chordOf(given)).toBe(want))

  it('leaves a Polish letter to the text on a Mac', () => expect(chordOf(press('ą', { altKey: true, code: 'KeyA' }), true)).not.toBe('alt+a'))
})

describe('keyNames', () => {
  it('speaks the language of the keyboard', () => {
    expect(keyNames('mod+enter', true)).toEqual(['⌘', '↵'])
    expect(keyNames('mod+k', false)).toEqual(['Ctrl', 'K'])
  })
})

describe('KeyRunner', () => {
  const goTo = spec('go', 'g c')
  const next = spec('next', 'c')
  const send = spec('send', 'mod+enter', { inText: true })

  it('finds a sequence within its second', () => {
    const runner = new KeyRunner()
    expect(runner.press('g', 0, free, bind(goTo, next))).toBe('more')
    expect(runner.press('c', 900, free, bind(goTo, next))).toBe(goTo)
    expect(runner.press('c', 950, free, bind(goTo, next))).toBe(next)
  })

  it('forgets the first key after a second', () => {
    const runner = new KeyRunner()
    runner.press('g', 0, free, bind(goTo, next))
    expect(runner.press('c', 1000, free, bind(goTo, next))).toBe(next)
  })

  it('lets the last key of a broken sequence act by itself', () => {
    const runner = new KeyRunner()
    const down = spec('down', 'j')
    runner.press('g', 0, free, bind(goTo, down))
    expect(runner.press('j', 10, free, bind(goTo, down))).toBe(down)
  })

  it('does nothing while typing, but for chords made for it, and nothing in dialogs', () => {
    const runner = new KeyRunner()
    expect(runner.press('c', 0, { typing: true, dialog: false }, bind(next, send))).toBeUndefined()
    expect(runner.press('mod+enter', 0, { typing: true, dialog: false }, bind(next, send))).toBe(send)
    expect(runner.press('c', 0, { typing: false, dialog: true }, bind(next, send))).toBeUndefined()
  })

  it('answers an offer beside an open dialog, from a text in it too', () => {
    const accept = spec('accept', 'alt+a', { inText: true, inDialog: true })
    expect(new KeyRunner().press('alt+a', 0, { typing: true, dialog: true }, bind(accept))).toBe(accept)
  })
})

describe('focusOf', () => {
  it.each([
    ['<input type="text">', true],
    ['<input type="checkbox">', false],
    ['<textarea></textarea>', true],
    ['<div role="menu"><button></button></div>', true],
    ['<button></button>', false],
  ])('%s', (html, typing) => {
    document.body.innerHTML = html
    expect(focusOf(document.body.querySelector('input,textarea,button')).typing).toBe(typing)
  })
})

describe('clashes', () => {
  it('are equal keys, or a key that begins a sequence, where both can act', () => {
    expect(clashes([spec('a', 'g'), spec('b', 'g c')])).toEqual(['a (g) and b (g c)'])
    expect(clashes([spec('a', 'r', { scope: 'desk' }), spec('b', 'r', { scope: 'board' })])).toEqual([])
    expect(clashes([spec('a', 'r', { scope: 'desk' }), spec('b', 'r')])).toHaveLength(1)
    expect(clashes([spec('a', ''), spec('b', '')])).toEqual([])
  })
})
