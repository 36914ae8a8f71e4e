/** What the tabs of one person have between them. */
export interface Tabs<Message> {
  /** Does what only one tab does at a time; the next one comes when this one is done, or closed. */
  alone: (name: string, run: () => Promise<void>) => Promise<void>
  /** Tells the other tabs. */
  tell: (message: Message) => void
  /** Hands out what other tabs tell. */
  hear: (handler: (message: Message) => void) => void
}

/** A tab that knows of no other: each message and each turn is its own. */
export const onlyTab: Tabs<never> & Tabs<unknown> = { alone: (_, run) => run(), tell: () => undefined, hear: () => undefined }

/**
 * The tabs that share a name. Where the browser has no locks (pages without TLS) each tab is alone: two that do the
 * same at a time would be worse than two that do not know of each other.
 */
export function tabsOf<Message>(name: string): Tabs<Message> {
  if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) return onlyTab
  const channel = new BroadcastChannel(name)
  return {
    alone: async (what, run) => void (await navigator.locks.request(`${name}.${what}`, run)),
    // A channel has one origin only, and takes no other argument.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    tell: (message) => channel.postMessage(message),
    hear: (handler) => channel.addEventListener('message', (event: MessageEvent<Message>) => handler(event.data)),
  }
}
