import { act, renderHook } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useHeld } from './useHeld'

const shown = (result: { current: ReturnType<typeof useHeld<string>> }) => result.current.rows.map(({ item, gone }) => item + (gone ? '†' : ''))
const keyOf = (item: string) => item

describe('rows under the pointer', () => {
  it('stay in their places until it leaves', () => {
    const { result, rerender } = renderHook(({ items }) => useHeld(items, keyOf), { initialProps: { items: ['a', 'b', 'c'] } })
    act(() => result.current.holder.onPointerEnter())
    rerender({ items: ['new', 'c', 'b'] })
    expect(shown(result)).toEqual(['a†', 'b', 'c'])
    act(() => result.current.holder.onPointerLeave())
    expect(shown(result)).toEqual(['new', 'c', 'b'])
  })

  it('stay while the focus is among them, though the pointer goes', () => {
    const { result, rerender } = renderHook(({ items }) => useHeld(items, keyOf), { initialProps: { items: ['a', 'b'] } })
    act(() => result.current.holder.onFocus())
    act(() => result.current.holder.onPointerEnter())
    rerender({ items: ['b'] })
    act(() => result.current.holder.onPointerLeave())
    expect(shown(result)).toEqual(['a†', 'b'])
    act(() => result.current.holder.onBlur({ currentTarget: document.body, relatedTarget: null } as unknown as React.FocusEvent))
    expect(shown(result)).toEqual(['b'])
  })
})
