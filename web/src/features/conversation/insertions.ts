import { useEffect, useEffectEvent } from 'react'
import type { Along } from './upload'

type Insert = (words: string, along: readonly Along[]) => void

const composers = new Map<string, Insert>()

/** Puts words, and files that go along, into the reply to a conversation, where it is open; answers whether there was a place for them. */
export function insertInto(conversation: string, words: string, along: readonly Along[] = []): boolean {
  const insert = composers.get(conversation)
  insert?.(words, along)
  return insert !== undefined
}

/** Takes the words and files that are put into the reply from beside it. */
export function useInsertions(conversation: string, insert: Insert, enabled: boolean) {
  const take = useEffectEvent(insert)
  useEffect(() => {
    if (!enabled) return undefined
    const own: Insert = (words, along) => take(words, along)
    composers.set(conversation, own)
    return () => {
      if (composers.get(conversation) === own) composers.delete(conversation)
    }
  }, [conversation, enabled])
}
