import { useState } from 'react'

/** A row of a list that stands still, and whether what it shows is over. */
export interface Held<T> {
  item: T
  gone: boolean
}

/** Rows as they stood, each as it is now: what is gone stays in its place, what is new comes later. */
export function heldRows<T>(stood: readonly T[], now: readonly T[], keyOf: (item: T) => string): Held<T>[] {
  const current = new Map(now.map((item) => [keyOf(item), item]))
  return stood.map((item) => ({ item: current.get(keyOf(item)) ?? item, gone: !current.has(keyOf(item)) }))
}

/** Keeps the rows of a list in their places while the pointer or the focus is among them (UX rule 9). */
export function useHeld<T>(items: readonly T[], keyOf: (item: T) => string) {
  const [stood, setStood] = useState<readonly T[]>()
  const [by, setBy] = useState({ pointer: false, focus: false })
  const hold = (change: Partial<typeof by>) => {
    const next = { ...by, ...change }
    setBy(next)
    if (!next.pointer && !next.focus) setStood(undefined)
    else if (!stood) setStood(items)
  }
  return {
    rows: heldRows(stood ?? items, items, keyOf),
    /** For the element around the rows. */
    holder: {
      onPointerEnter: () => hold({ pointer: true }),
      onPointerLeave: () => hold({ pointer: false }),
      onFocus: () => hold({ focus: true }),
      onBlur: (event: React.FocusEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget)) hold({ focus: false })
      },
    },
  }
}
