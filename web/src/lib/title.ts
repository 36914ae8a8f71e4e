import { useEffect } from 'react'

interface Parts {
  /** What the screen is about. */
  screen: string
  /** Messages that wait to be read, in front of it. */
  unread: number
  /** What calls for attention, in place of everything else while it is there. */
  call?: string
}

let parts: Parts = { screen: 'Zongler', unread: 0 }

/** The tab's title has several authors; each changes its own part here. */
export function setTitlePart(part: Partial<Parts>) {
  parts = { ...parts, ...part }
  const { screen, unread, call } = parts
  document.title = call ?? (unread > 0 ? `(${unread}) ${screen}` : screen)
}

/** Names the screen in the tab's title. */
export function useScreenTitle(title: string) {
  useEffect(() => setTitlePart({ screen: `${title} · Zongler` }), [title])
}
