/** The trail over the brand's site: which pages the visitor was on, without secrets. */
import type { Page } from './protocol'
import { pageTitleMax, pageURLMax } from './protocol'

const secret = /token|key|code|pass|auth|secret|sign|session|mail/i

/** Returns the page on screen. The fragment and query members that sound secret stay here. */
export function thisPage(): Page {
  return { url: cleanURL(location.href), title: document.title.slice(0, pageTitleMax), at: new Date().toISOString() }
}

/** Returns address without what must not leave the page. */
export function cleanURL(address: string): string {
  const url = new URL(address)
  url.hash = url.username = url.password = ''
  const secrets = Array.from(url.searchParams.keys()).filter((name) => secret.test(name))
  for (const name of secrets) url.searchParams.delete(name)
  return url.href.length > pageURLMax ? url.origin + url.pathname.slice(0, pageURLMax / 2) : url.href
}

/** Calls f after each step inside a single-page site; the site's own history is not touched. */
export function onNavigation(f: () => void): void {
  const { navigation } = window as { navigation?: EventTarget }
  if (navigation) navigation.addEventListener('navigatesuccess', f)
  else addEventListener('popstate', f)
}
