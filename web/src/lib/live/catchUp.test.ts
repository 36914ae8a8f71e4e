import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CatchUp } from './catchUp'

describe('CatchUp', () => {
  let cache: QueryClient
  let answers: ((value: string) => void)[]
  let stop: () => void

  beforeEach(() => {
    cache = new QueryClient()
    answers = []
    const queryFn = () => new Promise<string>((done) => void answers.push(done))
    stop = new QueryObserver(cache, { queryKey: ['list'], queryFn, staleTime: Infinity }).subscribe(() => undefined)
  })
  afterEach(() => {
    stop()
    cache.clear()
  })
  const settled = () => new Promise((done) => setTimeout(done))

  it('asks once more for what was on its way when something happened', async () => {
    const catchUp = new CatchUp(cache)
    catchUp.news()
    answers[0]!('old')
    await settled()
    expect(answers).toHaveLength(2)
    answers[1]!('new')
    await settled()
    expect(cache.getQueryData(['list'])).toBe('new')
    expect(answers).toHaveLength(2)
  })

  it('asks once more for what was asked later, and changed by the news meanwhile', async () => {
    const catchUp = new CatchUp(cache)
    answers[0]!('first')
    await settled()
    void cache.invalidateQueries({ queryKey: ['list'] })
    catchUp.news()
    cache.setQueryData(['list'], 'changed')
    answers[1]!('older than the change')
    await settled()
    expect(answers).toHaveLength(3)
    answers[2]!('with the change')
    await settled()
    expect(cache.getQueryData(['list'])).toBe('with the change')
  })

  it('asks for nothing again where nothing happened before the answer', async () => {
    const catchUp = new CatchUp(cache)
    answers[0]!('fresh')
    await settled()
    catchUp.news()
    await settled()
    expect(answers).toHaveLength(1)
  })

  it('asks once a second at most where news never end', async () => {
    const catchUp = new CatchUp(cache)
    for (const n of [0, 1]) {
      catchUp.news()
      answers[n]!('late')
      // oxlint-disable-next-line no-await-in-loop
      await settled()
    }
    expect(answers).toHaveLength(2)
    await vi.waitFor(() => expect(answers).toHaveLength(3), 3000)
  })
})
