import { useEffect } from 'react'
import { onLeaving } from '@/shell/leaving'
import { useDesk } from './desk'
import { useDeskFrames } from './frames'

/** Keeps what the desk knows of conversations fresh on every screen, and sends what is held back when it is left; it shows nothing. */
export function ConversationWatch() {
  const { outbox, held } = useDesk()
  useDeskFrames()
  useEffect(() => onLeaving({ settle: held.flushAll, unsent: outbox.unsent }), [held, outbox])
  return null
}
