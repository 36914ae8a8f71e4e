import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
    catchUp.begin()
    catchUp.news()
    answers[0]!('old')
    await settled()
    expect(answers).toHaveLength(2)
    answers[1]!('new')
    await settled()
    expect(cache.getQueryData(['list'])).toBe('new')
    expect(answers).toHaveLength(2)
  })

  it('asks for nothing again where nothing happened before the answer', async () => {
    const catchUp = new CatchUp(cache)
    catchUp.begin()
    answers[0]!('fresh')
    await settled()
    catchUp.news()
    await settled()
    expect(answers).toHaveLength(1)
  })
})
