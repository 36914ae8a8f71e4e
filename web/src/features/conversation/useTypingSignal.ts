import { useEffect, useRef } from 'react'
import { useLiveSend } from '@/lib/live'

const repeatAfter = 3000 // milliseconds between signs that one still types
const stillAfter = 5000 // without a key one has stopped

/** Lets the customer and colleagues see that one types. */
export function useTypingSignal(conversation: string, enabled: boolean) {
  const send = useLiveSend()
  const told = useRef(0)
  const idle = useRef<ReturnType<typeof setTimeout>>(undefined)

  const stop = () => {
    clearTimeout(idle.current)
    if (told.current === 0) return
    told.current = 0
    send('typing', { conversation_id: conversation, on: false })
  }
  const typed = (text: string) => {
    if (!enabled || text === '') return stop()
    clearTimeout(idle.current)
    idle.current = setTimeout(stop, stillAfter)
    if (Date.now() - told.current < repeatAfter) return undefined
    told.current = Date.now()
    send('typing', { conversation_id: conversation, on: true })
    return undefined
  }
  useEffect(() => () => clearTimeout(idle.current), [])
  return { typed, stop }
}
