import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react'
import classes from './VirtualList.module.css'

const overscan = 6
const nearEnd = 20 // rows before the end at which the next page is asked for

interface Props<T> {
  items: readonly T[]
  keyOf: (item: T) => string
  rowHeight: number
  label: string
  /** The row that has the list's place; it is kept in sight. */
  active?: number
  renderRow: (item: T, index: number) => ReactNode
  onNearEnd?: () => void
  /** Told whether the list is at its top, where new rows may come in by themselves. */
  onTop?: (atTop: boolean) => void
}

/**
 * A list of which only the rows in sight exist in the page. Each row must hold
 * something that takes the focus, so that the list can be reached by keys.
 */
export function VirtualList<T>(props: Props<T>) {
  // The virtualizer changes inside while its identity stays: the compiler must not cache what it says.
  'use no memo'
  const { items, keyOf, rowHeight, label, active = -1, renderRow, onNearEnd, onTop } = props
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(items[index]!),
    overscan,
  })

  useEffect(() => virtual.measure(), [virtual, rowHeight])
  // Only when another item becomes the active one: a list that grows or is put in order leaves the person where they are.
  const activeItem = items[active]
  const activeKey = activeItem && keyOf(activeItem)
  const reveal = useEffectEvent(() => virtual.scrollToIndex(active, { align: 'auto' }))
  useEffect(() => {
    if (activeKey !== undefined) reveal()
  }, [activeKey])

  const rows = virtual.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (items.length > 0 && last >= items.length - nearEnd) onNearEnd?.()
  }, [last, items.length, onNearEnd])

  return (
    <div ref={scroller} className={classes.scroller} onScroll={onTop && ((e) => onTop(e.currentTarget.scrollTop <= 0))}>
      <ul className={classes.list} style={{ height: virtual.getTotalSize() }} aria-label={label}>
        {rows.map((row) => (
          <li
            key={row.key}
            className={classes.row}
            style={{ height: row.size, transform: `translateY(${row.start}px)` }}
            aria-setsize={items.length}
            aria-posinset={row.index + 1}
            data-index={row.index}
          >
            {renderRow(items[row.index]!, row.index)}
          </li>
        ))}
      </ul>
    </div>
  )
}
