import { useEffect, useRef } from 'react'
import { useLiveSend } from '@/lib/live'
import type { Mode } from './types'

const repeatAfter = 3000 // milliseconds between signs that one still types
const stillAfter = 5000 // without a key one has stopped

/** Lets colleagues see that one types, and the customer too if it is for them. */
export function useTypingSignal(conversation: string, mode: Mode) {
  const send = useLiveSend()
  const told = useRef(0)
  const idle = useRef<ReturnType<typeof setTimeout>>(undefined)

  const stop = () => {
    clearTimeout(idle.current)
    if (told.current === 0) return
    told.current = 0
    send('typing', { conversation_id: conversation, on: false, note: mode === 'note' })
  }
  const typed = (text: string) => {
    if (text === '') return stop()
    clearTimeout(idle.current)
    idle.current = setTimeout(stop, stillAfter)
    if (Date.now() - told.current < repeatAfter) return undefined
    told.current = Date.now()
    send('typing', { conversation_id: conversation, on: true, note: mode === 'note' })
    return undefined
  }
  useEffect(() => () => clearTimeout(idle.current), [])
  return { typed, stop }
}
