import { useDeskFrames } from './frames'

/** Keeps what the desk knows of conversations fresh on every screen; it shows nothing. */
export function ConversationWatch() {
  useDeskFrames()
  return null
}
