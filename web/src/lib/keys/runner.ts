import type { CommandSpec } from './spec'

/** How long the second key of a sequence may take. */
const sequenceTimeout = 1000

/** Where the focus is when a key is pressed. */
export interface Focus {
  typing: boolean
  dialog: boolean
}

/** Finds the command that a series of key presses means. */
export class KeyRunner {
  #pending = ''
  #until = 0

  /**
   * Takes one chord at an instant. Answers the command to run; "more" if the
   * chord begins a sequence; undefined if it means nothing.
   */
  press(chord: string, at: number, focus: Focus, bound: readonly { spec: CommandSpec; keys: string }[]): CommandSpec | 'more' | undefined {
    const usable = bound.filter(({ spec }) => allowed(spec, focus))
    const tried = this.#pending && at < this.#until ? `${this.#pending} ${chord}` : chord
    this.#pending = ''
    const hit = usable.find(({ keys }) => keys === tried)
    if (hit) return hit.spec
    if (usable.some(({ keys }) => keys.startsWith(`${tried} `))) {
      this.#pending = tried
      this.#until = at + sequenceTimeout
      return 'more'
    }
    // A sequence that leads nowhere does not swallow its last key.
    return tried === chord ? undefined : this.press(chord, at, focus, bound)
  }
}

/** Single keys never act in texts and dialogs (WCAG 2.1.4). */
function allowed(spec: CommandSpec, focus: Focus): boolean {
  if (focus.dialog && !spec.inDialog) return false
  return !focus.typing || spec.inText === true
}

const textInputs = /^(text|search|email|url|tel|password|number|date|time|datetime-local|month|week)$/

/** Where the focus is, from the element that a key was pressed on. */
export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return { typing: false, dialog: false }
  const input = target instanceof HTMLInputElement && textInputs.test(target.type)
  const typing = input || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  return { typing: typing || target.closest('[role="menu"],[role="listbox"],[role="combobox"]') !== null, dialog: target.closest('[role="dialog"]') !== null }
}
