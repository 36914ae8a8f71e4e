import { useEffect, useState, useSyncExternalStore } from 'react'

const repeatAfter = 3000 // milliseconds from one ring to the next
const blinkEvery = 1000
const notes = [659.3, 880] // E and A, in hertz
const noteLength = 0.18 // seconds
const loudness = 0.12

type Audio = Pick<AudioContext, 'state' | 'resume'>

let context: AudioContext | undefined
const watchers = new Set<() => void>()
const tell = () => watchers.forEach((watcher) => watcher())

/** The page's one audio context; browsers let it sound only after a click or a key. */
function audio(): AudioContext | undefined {
  if (!context && 'AudioContext' in window) {
    context = new AudioContext()
    context.addEventListener('statechange', tell)
  }
  return context
}

/** Wakes the sound up; must be called from a click or a key. */
export function unlockSound() {
  const sound: Audio | undefined = audio()
  if (sound?.state === 'suspended') void sound.resume()
}

/** From the first click on, the ring can be heard. */
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

/** Two soft notes. */
function ringOnce(on: AudioContext) {
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

const mutedKey = 'zongler.ringMuted'

const isMuted = () => localStorage.getItem(mutedKey) === 'yes'
const isBlocked = () => context?.state === 'suspended'
const setMuted = (off: boolean) => {
  localStorage.setItem(mutedKey, off ? 'yes' : 'no')
  tell()
}
const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

/** Whether the ring is off on this device, and whether the browser holds it back. */
export function useSound() {
  const muted = useSyncExternalStore(watch, isMuted)
  const blocked = useSyncExternalStore(watch, isBlocked)
  return { muted, blocked, setMuted }
}

/** Rings while `on`; only the tab that leads does so, the others are silent. */
export function useRing(on: boolean) {
  const { muted } = useSound()
  const sounding = on && !muted
  useEffect(() => {
    if (!sounding) return undefined
    const play = () => {
      const sound = audio()
      if (sound?.state === 'running') ringOnce(sound)
    }
    play()
    const timer = setInterval(play, repeatAfter)
    return () => clearInterval(timer)
  }, [sounding])
}

/** Shows a text in the tab's title by turns with the screen's own. */
export function useTitleBlink(text: string | undefined) {
  const [on, setOn] = useState(false)
  useEffect(() => {
    if (text === undefined) return undefined
    const timer = setInterval(() => setOn((now) => !now), blinkEvery)
    return () => clearInterval(timer)
  }, [text])
  useEffect(() => {
    if (text === undefined || !on) return undefined
    const own = document.title
    document.title = text
    return () => {
      // A screen that changed the title meanwhile keeps its own.
      if (document.title === text) document.title = own
    }
  }, [text, on])
}
