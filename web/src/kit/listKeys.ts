import type { KeyboardEvent } from 'react'
import { type CommandSpec, useCommand } from '@/lib/keys'

const spec = (id: string, keys: string): CommandSpec => ({ id: `list.${id}`, title: `keys.list.${id}` as CommandSpec['title'], group: 'keys.list', keys, scope: 'everywhere', keysOnly: true, repeats: true })

/** Moving in a list, the same in every list. */
export const listCommands = { next: spec('next', 'j'), previous: spec('previous', 'k') }

interface ListKeys {
  count: number
  index: number
  onIndex: (index: number) => void
}

/** The index that a move leads to; at the ends it stops, and from nowhere it enters at the top. */
export function moved(index: number, by: number, count: number): number {
  if (count === 0) return -1
  return index < 0 ? 0 : Math.min(count - 1, Math.max(0, index + by))
}

/**
 * J and K, arrows, Home and End move through the data, not through what happens
 * to be in the page. Put the answered handler on the list's element.
 */
export function useListKeys({ count, index, onIndex }: ListKeys, enabled = true) {
  const go = (to: number) => {
    if (to !== index && to >= 0) onIndex(to)
  }
  useCommand(listCommands.next, () => go(moved(index, 1, count)), enabled && count > 0)
  useCommand(listCommands.previous, () => go(moved(index, -1, count)), enabled && count > 0)

  return (event: KeyboardEvent) => {
    const to = arrowTarget(event.key, index, count)
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    go(to)
  }
}

function arrowTarget(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return moved(index, 1, count)
    case 'ArrowUp':
      return moved(index, -1, count)
    case 'Home':
      return moved(0, 0, count)
    case 'End':
      return moved(count, 0, count)
    default:
      return undefined
  }
}
