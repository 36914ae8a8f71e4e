/**
 * What the widget remembers in this browser, under its own prefix. Where the
 * page may not store anything it remembers until the page goes.
 */
export interface Store {
  get<T>(name: string): T | undefined
  set(name: string, value: unknown): void
  names(prefix: string): string[]
  /** Calls f with the name of what another tab has changed; returns the way to stop. */
  watch(f: (name: string) => void): () => void
}

/** Returns the store of one entry point. */
export function openStore(key: string, area: Storage | undefined = storage()): Store {
  const prefix = `zongler:${key}:`
  const memory = new Map<string, string>()
  const read = (name: string) => memory.get(name) ?? attempt(() => area?.getItem(prefix + name)) ?? undefined
  return {
    get: (name) => attempt(() => JSON.parse(read(name) ?? 'null')) ?? undefined,
    set(name, value) {
      memory.delete(name)
      if (value === undefined) return void attempt(() => area?.removeItem(prefix + name))
      const text = JSON.stringify(value)
      // A full or forbidden area leaves the value to this page alone.
      if (!attempt(() => (area?.setItem(prefix + name, text), !!area))) memory.set(name, text)
    },
    names: (start) => {
      const all = attempt(() => Object.keys(area ?? {})) ?? []
      const stored = all.filter((n) => n.startsWith(prefix)).map((n) => n.slice(prefix.length))
      return [...new Set([...stored, ...memory.keys()])].filter((n) => n.startsWith(start))
    },
    watch(f) {
      const changed = (e: StorageEvent) => {
        if (e.key?.startsWith(prefix)) f(e.key.slice(prefix.length))
      }
      addEventListener('storage', changed)
      return () => removeEventListener('storage', changed)
    },
  }
}

function storage(): Storage | undefined {
  return attempt(() => localStorage)
}

function attempt<T>(f: () => T): T | undefined {
  try {
    return f()
  } catch {
    return undefined
  }
}
