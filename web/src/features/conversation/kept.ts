import { useEffect } from 'react'

/**
 * What this device keeps for a person who has not finished: drafts, notes, what
 * waits to be sent. A full or forbidden store is no reason to stop working.
 */
export function keep(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

export function kept<T>(key: string): T | undefined {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? 'null') as T | null) ?? undefined
  } catch {
    return undefined
  }
}

export function forget(key: string) {
  try {
    localStorage.removeItem(key)
  } catch {
    // Nothing can be kept here, so there is nothing to forget.
  }
}

/** The ends of all keys that begin with a prefix. */
export function keptUnder(prefix: string): string[] {
  try {
    return Object.keys(localStorage).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))
  } catch {
    return []
  }
}

/** Keeps what is being written on this device; what is blank is not worth keeping. */
export function useKept<T>(key: string, value: T, blank: boolean) {
  useEffect(() => {
    if (blank) forget(key)
    else keep(key, value)
  }, [key, value, blank])
}

/** Where the unfinished text of one kind is kept: a wrap-up, a transfer, a change of a customer. */
export const keptKey = (kind: string, user: string, of: string) => `zongler.kept.${user}.${kind}.${of}`
