/** The launcher once the panel is here: it shows whether that is open, and how much waits to be read. */
import type { Host } from './host'
import { down } from './ui/icons'

const countMax = 9

export type Mark = (open: boolean, unread: number, label: string) => void

/** Returns the way to mark the launcher. */
export function openLauncher({ button }: Host): Mark {
  const badge = button.querySelector('span') ?? button.appendChild(document.createElement('span'))
  badge.hidden = true
  const path = button.querySelector('path')!
  const closed = path.getAttribute('d')!
  return (open, unread, label) => {
    button.ariaExpanded = String(open)
    button.ariaLabel = label
    button.classList.toggle('open', open)
    badge.hidden = open || !unread
    badge.textContent = unread > countMax ? `${countMax}+` : String(unread)
    path.setAttribute('d', open ? down : closed)
  }
}
