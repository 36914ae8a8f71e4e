/** The part of a keyboard event that names a chord. */
export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> & { altGraph?: boolean }

const modifiers = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process'])

export const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform)

/**
 * The chord of a key press as written in a command's keys, or undefined if it
 * is none. Shift is named for letters and named keys only: "?" needs it on one
 * layout and not on another. Letters of other scripts go by their place, and so do
 * those that Alt changes on a Mac ("å" for Alt A) — but not in a text, where it
 * writes the letters of Polish.
 */
export function chordOf(press: Press, inText = false): string | undefined {
  // On Polish and Hungarian keyboards AltGr writes letters; it comes as Ctrl+Alt.
  if (press.altGraph || (press.ctrlKey && press.altKey)) return undefined
  const place = /^Key([A-Z])$/.exec(press.code)?.[1]?.toLowerCase()
  const changed = press.altKey && !inText && place !== undefined && !/^[a-z]$/i.test(press.key)
  if (modifiers.has(press.key) && !changed) return undefined
  let key = press.key.toLowerCase()
  if (place && (changed || (key.length === 1 && key > '\u024F'))) key = place
  if (key === ' ') key = 'space'
  const named = key.length > 1 || /[a-z]/.test(key)
  const parts: string[] = []
  if (press.ctrlKey || press.metaKey) parts.push('mod')
  if (press.altKey) parts.push('alt')
  if (press.shiftKey && named) parts.push('shift')
  return [...parts, key].join('+')
}

const macNames: Record<string, string> = { mod: '⌘', alt: '⌥', shift: '⇧', enter: '↵', escape: 'Esc', arrowup: '↑', arrowdown: '↓' }
const names: Record<string, string> = { mod: 'Ctrl', alt: 'Alt', shift: 'Shift', enter: '↵', escape: 'Esc', arrowup: '↑', arrowdown: '↓', space: 'Space' }

/** The names on the keys of a chord, as a person reads them. */
export function keyNames(chord: string, mac = isMac()): string[] {
  const words = mac ? { ...names, ...macNames } : names
  return chord.split('+').map((part) => words[part] ?? (part.length === 1 ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1)))
}
