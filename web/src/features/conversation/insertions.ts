import { useEffect, useEffectEvent } from 'react'

type Insert = (words: string) => void

const composers = new Map<string, Insert>()

/** Puts words into the reply to a conversation, where it is open; answers whether there was a place for them. */
export function insertInto(conversation: string, words: string): boolean {
  const insert = composers.get(conversation)
  insert?.(words)
  return insert !== undefined
}

/** Takes the words that are put into the reply from beside it. */
export function useInsertions(conversation: string, insert: Insert, enabled: boolean) {
  const take = useEffectEvent(insert)
  useEffect(() => {
    if (!enabled) return undefined
    const own: Insert = (words) => take(words)
    composers.set(conversation, own)
    return () => {
      if (composers.get(conversation) === own) composers.delete(conversation)
    }
  }, [conversation, enabled])
}
