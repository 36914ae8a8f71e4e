/** What a part of the desk has to do before the person leaves, and what it has left to do. */
export interface Leaver {
  /** Tells the server what must not wait. `closing`: the page is going away, there is no time to wait for answers. */
  settle: (closing: boolean) => Promise<unknown>
  /** How much that the person has sent is still on this device only. */
  unsent: () => number
}

const leavers = new Set<Leaver>()

/** Takes part in every leaving until the answered function is called. */
export function onLeaving(leaver: Leaver): () => void {
  leavers.add(leaver)
  return () => void leavers.delete(leaver)
}

export const settleAll = (closing: boolean) => Promise.all([...leavers].map((l) => l.settle(closing)))
export const unsentCount = () => [...leavers].reduce((sum, l) => sum + l.unsent(), 0)

addEventListener('pagehide', () => void settleAll(true))
