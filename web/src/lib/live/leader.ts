import { useEffect, useState } from 'react'

/**
 * Holds the named role while the tab lives, as the only tab to do so; the next
 * takes over when it closes. Where the browser has no locks (pages without TLS)
 * the visible tab leads.
 */
export function lead(role: string, onChange: (leading: boolean) => void): () => void {
  if (!('locks' in navigator)) {
    const report = () => onChange(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', report)
    report()
    return () => document.removeEventListener('visibilitychange', report)
  }
  const waiting = new AbortController()
  let release: (() => void) | undefined
  const held = () =>
    new Promise<void>((done) => {
      release = done
      onChange(true)
    })
  navigator.locks.request(`zongler.${role}`, { signal: waiting.signal }, held).catch(() => undefined) // given up before it was granted
  return () => {
    waiting.abort()
    release?.()
    onChange(false)
  }
}

/** Whether this tab holds the role, such as "sound". */
export function useLeader(role: string): boolean {
  const [leading, setLeading] = useState(false)
  useEffect(() => lead(role, setLeading), [role])
  return leading
}
