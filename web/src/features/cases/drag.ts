import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { type RefObject, useEffect, useEffectEvent, useState } from 'react'

const mark = Symbol('case of the board')
const readCase = (data: Record<string | symbol, unknown>): string | undefined => (typeof data[mark] === 'string' ? data[mark] : undefined)

/** Lets a card be dragged; says whether it is being dragged. */
export function useDraggableCase(card: RefObject<HTMLElement | null>, id: string, enabled: boolean): boolean {
  const [lifted, setLifted] = useState(false)
  useEffect(() => {
    if (!enabled || !card.current) return undefined
    return draggable({ element: card.current, getInitialData: () => ({ [mark]: id }), onDragStart: () => setLifted(true), onDrop: () => setLifted(false) })
  }, [card, id, enabled])
  return lifted
}

/** Takes cases that are dropped on a column; says whether one is above it. */
export function useDropColumn(column: RefObject<HTMLElement | null>, onDrop: (id: string) => void): boolean {
  const [over, setOver] = useState(false)
  const drop = useEffectEvent(onDrop)
  useEffect(() => {
    if (!column.current) return undefined
    return dropTargetForElements({
      element: column.current,
      canDrop: ({ source }) => readCase(source.data) !== undefined,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        const id = readCase(source.data)
        if (id) drop(id)
      },
    })
  }, [column])
  return over
}
