import { useEffect, useSyncExternalStore } from 'react'

/** How this device may be heard and seen; another one has its own. */
export interface AlertSettings {
  /** Per cent. */
  volume: number
  /** Whether offers ring. */
  ring: boolean
  /** Whether a message of one's own customers is heard. */
  messages: boolean
  /** Times of day between which messages are neither heard nor shown outside the browser; alike for never. */
  quietFrom: string
  quietTo: string
  /** Keeps names and words of customers out of what shows outside the browser. */
  discreet: boolean
}

const storageKey = 'zongler.alerts'
const usual: AlertSettings = { volume: 60, ring: true, messages: true, quietFrom: '', quietTo: '', discreet: false }

let settings: AlertSettings | undefined
let context: AudioContext | undefined
const watchers = new Set<() => void>()
const tell = () => watchers.forEach((watcher) => watcher())
const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

export function alertSettings(): AlertSettings {
  return (settings ??= read())
}

function read(): AlertSettings {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<AlertSettings>) }
  } catch {
    return usual
  }
}

export function setAlertSettings(change: Partial<AlertSettings>) {
  settings = { ...alertSettings(), ...change }
  localStorage.setItem(storageKey, JSON.stringify(settings))
  tell()
}

export function useAlertSettings(): AlertSettings {
  return useSyncExternalStore(watch, alertSettings)
}

/** Whether a time of day lies in the quiet hours, which may go over midnight. */
export function isQuiet({ quietFrom, quietTo }: Pick<AlertSettings, 'quietFrom' | 'quietTo'>, at: Date): boolean {
  if (!quietFrom || !quietTo || quietFrom === quietTo) return false
  const now = `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`
  return quietFrom < quietTo ? now >= quietFrom && now < quietTo : now >= quietFrom || now < quietTo
}

/** The page's one audio context; browsers let it sound only after a click or a key. */
function audio(): AudioContext | undefined {
  if (!context && 'AudioContext' in window) {
    context = new AudioContext()
    context.addEventListener('statechange', tell)
  }
  return context
}

/** Whether the browser holds the sound back. */
export const useSoundBlocked = () => useSyncExternalStore(watch, () => context?.state === 'suspended')

/** Wakes the sound up; must be called from a click or a key. */
export function unlockSound() {
  if (audio()?.state === 'suspended') void audio()?.resume()
}

/** From the first click on, sounds can be heard. */
export function useUnlockOnFirstClick() {
  useEffect(() => {
    const once = { once: true, capture: true }
    addEventListener('pointerdown', unlockSound, once)
    addEventListener('keydown', unlockSound, once)
    return () => {
      removeEventListener('pointerdown', unlockSound, once)
      removeEventListener('keydown', unlockSound, once)
    }
  }, [])
}

const noteLength = 0.18 // seconds
const loudest = 0.2

/** Soft notes one after another, in hertz, if the browser lets them sound. */
export function play(notes: readonly number[]) {
  const on = audio()
  const loudness = (loudest * alertSettings().volume) / 100
  if (on?.state !== 'running' || loudness <= 0.001) return
  for (const [i, pitch] of notes.entries()) {
    const from = on.currentTime + i * noteLength
    const tone = on.createOscillator()
    const volume = on.createGain()
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0, from)
    volume.gain.linearRampToValueAtTime(loudness, from + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.001, from + noteLength * 1.6)
    tone.connect(volume).connect(on.destination)
    tone.start(from)
    tone.stop(from + noteLength * 1.7)
  }
}

/** E and A, for an offer. */
export const ringNotes = [659.3, 880] as const
/** One low note, for a message. */
export const messageNotes = [523.3] as const
