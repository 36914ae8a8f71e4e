import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { type Entries, lastSeq } from './entries'

const nearBottom = 40 // pixels that still count as the end
const nearTop = 240 // pixels from the top at which older entries are asked for
const newLineAt = 0.25 // of the height: where the first unread entry opens

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches
const isAtEnd = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight < nearBottom

interface Options {
  entries: Entries
  /** Changes when something at the end does that is no entry: what is under way, who types. */
  tail: string
  /** How many of one's own messages are under way: a further one is to be seen. */
  own: number
  onTop: () => void
  /** Told the newest entry that is in sight, while the page itself is. */
  onSeen: (seq: number) => void
}

/**
 * The scrolling of a timeline: it opens at the line above the first unread entry
 * or at the end, stays at the end only if it was there, and keeps its place when
 * older entries come in above.
 */
export function useTimelineScroll({ entries, tail, own, onTop, onSeen }: Options): { box: RefObject<HTMLDivElement | null>; content: RefObject<HTMLDivElement | null>; missed: number; toEnd: () => void; onScroll: () => void } {
  const box = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const place = useRef({ opened: false, atEnd: true, fromEnd: 0, first: 0, last: 0, own: 0, tail: '' })
  const [missed, setMissed] = useState(0)

  const look = useEffectEvent(() => {
    const element = box.current
    if (!element || document.visibilityState !== 'visible') return
    onSeen(place.current.atEnd ? lastSeq(entries) : newestInSight(element))
  })
  const ask = useEffectEvent(onTop)
  const settle = () => {
    const element = box.current
    if (!element) return
    const now = place.current
    now.atEnd = isAtEnd(element)
    now.fromEnd = element.scrollHeight - element.scrollTop
    if (now.atEnd) setMissed(0)
  }

  useLayoutEffect(() => {
    const element = box.current
    const first = entries[0]?.seq
    if (!element || first === undefined) return
    const before = place.current
    const last = lastSeq(entries)
    if (!before.opened) open(element)
    else if (first < before.first) element.scrollTop = element.scrollHeight - before.fromEnd
    else if (before.atEnd || own > before.own) element.scrollTop = element.scrollHeight
    else if (last > before.last) setMissed((n) => n + last - before.last)
    const atEnd = before.opened && own <= before.own ? before.atEnd : isAtEnd(element)
    place.current = { opened: true, atEnd, fromEnd: element.scrollHeight - element.scrollTop, first, last, own, tail }
    look()
  }, [entries, tail, own])

  // Pictures, a growing composer and a turned phone change heights without a render.
  useEffect(() => {
    const watch = new ResizeObserver(() => {
      const element = box.current
      if (element && place.current.opened && place.current.atEnd) element.scrollTop = element.scrollHeight
      if (element && element.scrollTop < nearTop) ask()
    })
    if (box.current) watch.observe(box.current)
    if (content.current) watch.observe(content.current)
    const onVisible = () => look()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      watch.disconnect()
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [])

  return {
    box,
    content,
    missed,
    toEnd: () => box.current?.scrollTo({ top: box.current.scrollHeight, behavior: calm() ? 'auto' : 'smooth' }),
    onScroll: () => {
      settle()
      const element = box.current
      if (!element || !place.current.opened) return
      if (element.scrollTop < nearTop) onTop()
      if (document.visibilityState === 'visible') onSeen(place.current.atEnd ? lastSeq(entries) : newestInSight(element))
    },
  }
}

function open(box: HTMLElement) {
  const line = box.querySelector<HTMLElement>('[data-new-line]')
  box.scrollTop = line ? line.offsetTop - box.clientHeight * newLineAt : box.scrollHeight
}

/** The number of the last entry whose end is in sight. */
function newestInSight(box: HTMLElement): number {
  const end = box.getBoundingClientRect().bottom
  let seen = 0
  for (const entry of box.querySelectorAll<HTMLElement>('[data-seq]')) {
    if (entry.getBoundingClientRect().bottom <= end) seen = Number(entry.dataset.seq)
  }
  return seen
}
