import { act, renderHook } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { useWindowClosed } from './ReplyWindow'

describe('the time in which a channel takes an answer', () => {
  afterEach(() => vi.useRealTimers())

  it('closes by itself when it is over, and opens when the customer writes', () => {
    vi.useFakeTimers({ now: Date.parse('2026-03-01T10:00:00Z') })
    const { result, rerender } = renderHook(({ until }: { until?: string }) => useWindowClosed(until), { initialProps: { until: '2026-03-01T10:05:00Z' as string | undefined } })
    expect(result.current).toBe(false)
    act(() => void vi.advanceTimersByTime(5 * 60_000 + 1))
    expect(result.current).toBe(true)
    rerender({ until: '2026-03-02T10:05:00Z' })
    expect(result.current).toBe(false)
    rerender({ until: undefined })
    expect(result.current).toBe(false)
  })
})
