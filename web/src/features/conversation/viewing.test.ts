import { QueryClient } from '@tanstack/react-query'
import { expect, it } from 'vitest'
import { DeskCache, keys } from './caches'
import type { Entries } from './entries'
import type { Entry } from './types'

const entry = (seq: number): Entry => ({ id: `e${seq}`, seq, kind: 'message', author: 'customer', text: '', occurred_at: '2026-05-14T10:00:00Z', received_at: '2026-05-14T10:00:00Z' })
const queryKey = keys.entries('7')

function known(...entries: Entry[]) {
  const client = new QueryClient()
  if (entries.length > 0) client.setQueryData<Entries>(queryKey, entries)
  return { client, desk: new DeskCache(client, () => ({ me: 'me', queues: undefined })), asksAgain: () => client.getQueryState(queryKey)?.isInvalidated }
}

it('asks again for entries that came before they were told', () => {
  const { desk, asksAgain } = known(entry(14))
  desk.viewing('7', 14)
  expect(asksAgain()).toBe(false)
  desk.viewing('7', 15)
  expect(asksAgain()).toBe(true)
})

it('waits for the answer that is on its way before it asks again', async () => {
  const { client, desk, asksAgain } = known()
  let answer: ((entries: Entries) => void) | undefined
  const asked = client.fetchQuery({ queryKey, queryFn: () => new Promise<Entries>((resolve) => (answer = resolve)) })
  desk.viewing('7', 15)
  answer?.([entry(14)])
  await asked
  await Promise.resolve()
  expect(asksAgain()).toBe(true)
})
