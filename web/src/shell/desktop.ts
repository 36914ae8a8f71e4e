import { alertSettings, isQuiet } from '@/lib/sound'

const desktopKey = 'zongler.desktopNews'

/** Whether this device shows news outside the browser: asked for here, and allowed there. */
export function desktopNewsOn(): boolean {
  return 'Notification' in window && Notification.permission === 'granted' && localStorage.getItem(desktopKey) === 'on'
}

/** Turns desktop news on or off; the browser asks only now. Answers what holds then. */
export async function setDesktopNews(on: boolean): Promise<boolean> {
  localStorage.setItem(desktopKey, on ? 'on' : 'off')
  if (on && 'Notification' in window && Notification.permission === 'default') await Notification.requestPermission()
  return desktopNewsOn()
}

/** Whether the browser lets no page of this address tell anything outside of it. */
export const desktopNewsDenied = () => !('Notification' in window) || Notification.permission === 'denied'

interface DesktopNews {
  title: string
  body: string
  /** News of one tag take the place of one another. */
  tag: string
  onClick: () => void
}

/** Tells outside the browser while nobody looks at this page; a click comes back and leads on. */
export function tellDesktop({ title, body, tag, onClick }: DesktopNews) {
  if (!desktopNewsOn() || document.visibilityState === 'visible' || isQuiet(alertSettings(), new Date())) return
  const shown = new Notification(title, { body, tag })
  shown.addEventListener('click', () => {
    focus()
    shown.close()
    onClick()
  })
}
