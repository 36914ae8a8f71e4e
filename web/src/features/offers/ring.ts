import { useEffect, useState } from 'react'
import { play, ringNotes, setAlertSettings, useAlertSettings, useSoundBlocked } from '@/lib/sound'
import { setTitlePart } from '@/lib/title'

const repeatAfter = 3000 // milliseconds from one ring to the next
const blinkEvery = 1000

/** Whether the ring is off on this device, and whether the browser holds it back. */
export function useSound() {
  const muted = !useAlertSettings().ring
  const blocked = useSoundBlocked()
  return { muted, blocked, setMuted: (off: boolean) => setAlertSettings({ ring: !off }) }
}

/** Rings while `on`; only the tab that leads does so, the others are silent. */
export function useRing(on: boolean) {
  const { muted } = useSound()
  const sounding = on && !muted
  useEffect(() => {
    if (!sounding) return undefined
    play(ringNotes)
    const timer = setInterval(() => play(ringNotes), repeatAfter)
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
    setTitlePart({ call: text })
    return () => setTitlePart({ call: undefined })
  }, [text, on])
}
