/** The trail over the brand's site: which pages the visitor was on, without secrets. Part of the loader. */
import type { Page } from './protocol'
import { pageTitleMax, pageURLMax } from './protocol'

const trailMax = 20
const secret = /token|key|code|pass|auth|secret|sign|session|mail/i

/**
 * Returns the visitor's way over the site in this tab; the page on screen is its last
 * and stays so: f is called after each step inside a single-page site.
 */
export function openTrail(key: string, f: () => void): Page[] {
  const name = `zongler:${key}:trail`
  let trail: Page[] = []
  try {
    trail = JSON.parse(sessionStorage[name])
  } catch {} // nothing is kept, or nothing may be
  const step = () => {
    const url = cleanURL(location.href)
    if (trail.at(-1)?.url === url) return
    trail.push({ url, title: document.title.replace(/^\(\d+\) /, '').slice(0, pageTitleMax), at: new Date().toISOString() })
    trail.splice(0, trail.length - trailMax)
    try {
      sessionStorage[name] = JSON.stringify(trail)
    } catch {} // as above
    f()
  }
  step()
  // Where the browser does not tell of navigations, a click is what leads to most. The site's own history is not touched.
  const { navigation } = window as { navigation?: EventTarget }
  if (navigation) navigation.addEventListener('navigatesuccess', step)
  else for (const cause of ['popstate', 'click']) addEventListener(cause, () => setTimeout(step, 99))
  return trail
}

/** Another person sits here now: their way begins on this page. */
export function forgetTrail(key: string, trail: Page[]) {
  trail.splice(0, trail.length - 1)
  try {
    sessionStorage.removeItem(`zongler:${key}:trail`)
  } catch {} // nothing may be kept
}

/** Returns address without what must not leave the page: the fragment, sign-ins and query members that sound secret. */
export function cleanURL(address: string): string {
  const url = new URL(address)
  url.hash = url.username = url.password = ''
  const secrets = Array.from(url.searchParams.keys()).filter((name) => secret.test(name))
  for (const name of secrets) url.searchParams.delete(name)
  return url.href.length > pageURLMax ? url.origin + url.pathname.slice(0, pageURLMax / 2) : url.href
}
