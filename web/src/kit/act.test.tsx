import { fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/lib/api'
import { renderDesk } from '@/testing/render'
import { type Act, useAct } from './act'

const key = ['things']

function Doer({ act }: { act: Act }) {
  const run = useAct()
  return (
    <button type="button" onClick={() => void run(act)}>
      do
    </button>
  )
}

describe('useAct', () => {
  const apply: Act['apply'] = (cache) => void cache.setQueryData(key, 'after')

  it('shows the result before the server has answered', async () => {
    let answer: () => void = () => {}
    const { cache } = renderDesk(<Doer act={{ done: 'Done', touches: [key], apply, commit: () => new Promise<void>((r) => (answer = r)) }} />)
    cache.setQueryData(key, 'before')
    fireEvent.click(screen.getByText('do'))
    await waitFor(() => expect(cache.getQueryData(key)).toBe('after'))
    expect(screen.queryByText('Done')).toBeNull()
    answer()
    await screen.findByText('Done')
  })

  it('puts back what was there when the server refuses, and says why', async () => {
    const commit = async () => Promise.reject(new Problem({ status: 409, code: 'conflict' }))
    const { cache } = renderDesk(<Doer act={{ done: 'Done', touches: [key], apply, commit }} />)
    cache.setQueryData(key, 'before')
    fireEvent.click(screen.getByText('do'))
    expect((await screen.findByRole('alert')).textContent).toContain('It has changed in the meantime')
    expect(cache.getQueryData(key)).toBe('before')
  })

  it('takes an act back by the button', async () => {
    const undo = vi.fn(async () => {})
    const { cache } = renderDesk(<Doer act={{ done: 'Done', touches: [key], apply, commit: async () => {}, undo }} />)
    cache.setQueryData(key, 'before')
    fireEvent.click(screen.getByText('do'))
    fireEvent.click(await screen.findByText(/Undo/))
    await waitFor(() => expect(undo).toHaveBeenCalledTimes(1))
    expect(cache.getQueryData(key)).toBe('before')
    expect(screen.queryByText('Done')).toBeNull()
  })
})
