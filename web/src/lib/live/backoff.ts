const first = 500
const longest = 30_000

/**
 * Milliseconds to wait before the given attempt (from 0): doubling from half a
 * second to half a minute, the upper half of it by chance, so that thousands of
 * desks do not return to a restarted server in the same instant.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(longest, first * 2 ** attempt)
  return full / 2 + (full / 2) * random()
}
