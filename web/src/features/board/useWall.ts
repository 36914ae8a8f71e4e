import { useEffect, useEffectEvent, useRef } from 'react'

/**
 * Puts a dialog over everything and the page on the whole screen, and keeps the
 * screen awake; Esc ends both. Where the browser refuses the whole screen (it wants
 * a fresh click) the dialog still fills its window.
 */
export function useWall(onLeave: () => void) {
  const dialog = useRef<HTMLDialogElement>(null)
  const leave = useEffectEvent(onLeave)
  useEffect(() => {
    const shown = dialog.current
    if (!shown) return undefined
    shown.showModal()
    shown.focus() // else the way out is lit for everybody to see
    const stop = new AbortController()
    shown.addEventListener('cancel', () => leave(), { signal: stop.signal })
    document.addEventListener('fullscreenchange', () => document.fullscreenElement ?? leave(), { signal: stop.signal })
    document.documentElement.requestFullscreen?.().catch(() => {})
    const awake = navigator.wakeLock?.request('screen').catch(() => undefined)
    return () => {
      stop.abort()
      shown.close()
      if (document.fullscreenElement) void document.exitFullscreen()
      void awake?.then((lock) => lock?.release())
    }
  }, [])
  return dialog
}
