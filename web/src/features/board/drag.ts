import { draggable, dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { type RefObject, useEffect, useEffectEvent, useState } from 'react'

/** An agent on the way from one place, a queue or nowhere, to another. */
export interface Dragged {
  agent: string
  from: string
}

const mark = Symbol('agent of the board')
const asData = (dragged: Dragged) => ({ [mark]: true, ...dragged })
const readData = (data: Record<string | symbol, unknown>): Dragged | undefined => (data[mark] === true ? { agent: String(data.agent), from: String(data.from) } : undefined)

/** Lets a row be dragged by its handle; says whether it is being dragged. */
export function useDraggable(row: RefObject<HTMLElement | null>, handle: RefObject<HTMLElement | null>, dragged: Dragged, enabled: boolean): boolean {
  const [lifted, setLifted] = useState(false)
  const { agent, from } = dragged
  useEffect(() => {
    if (!enabled || !row.current) return undefined
    return draggable({
      element: row.current,
      dragHandle: handle.current ?? undefined,
      getInitialData: () => asData({ agent, from }),
      onDragStart: () => setLifted(true),
      onDrop: () => setLifted(false),
    })
  }, [row, handle, agent, from, enabled])
  return lifted
}

/** Takes agents from other places; says whether one is above it. */
export function useDropPlace(place: RefObject<HTMLElement | null>, to: string, onDrop: (dragged: Dragged) => void): boolean {
  const [over, setOver] = useState(false)
  const drop = useEffectEvent(onDrop)
  useEffect(() => {
    if (!place.current) return undefined
    return dropTargetForElements({
      element: place.current,
      canDrop: ({ source }) => {
        const dragged = readData(source.data)
        return dragged !== undefined && dragged.from !== to
      },
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        const dragged = readData(source.data)
        if (dragged) drop(dragged)
      },
    })
  }, [place, to])
  return over
}

/** The agent that is being dragged anywhere on the board. */
export function useDragged(): Dragged | undefined {
  const [dragged, setDragged] = useState<Dragged>()
  useEffect(
    () =>
      monitorForElements({
        onDragStart: ({ source }) => setDragged(readData(source.data)),
        onDrop: () => setDragged(undefined),
      }),
    [],
  )
  return dragged
}
