import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, it } from 'vitest'
import type { Offer } from '../conversation/types'
import { addOffer, offersKey } from './offers'

it('keeps an offer that is told while an older answer is on its way', async () => {
  const cache = new QueryClient()
  const answers: ((offers: Offer[]) => void)[] = []
  const stop = new QueryObserver(cache, { queryKey: offersKey, queryFn: () => new Promise<Offer[]>((done) => void answers.push(done)) }).subscribe(() => undefined)
  const offer = { id: '7' } as Offer
  addOffer(cache, offer)
  answers[0]!([])
  await new Promise((done) => setTimeout(done))
  expect(cache.getQueryData(offersKey)).toEqual([offer])
  answers[1]!([offer])
  await new Promise((done) => setTimeout(done))
  expect(cache.getQueryData(offersKey)).toEqual([offer])
  stop()
})
