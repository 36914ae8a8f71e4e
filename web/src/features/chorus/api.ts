import { type QueryClient, infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { type Schemas, api, ok } from '@/lib/api'
import { useLive } from '@/lib/live'

export type Chorus = Schemas['ChorusBody']
export type CommonAnswer = Schemas['CommonAnswerBody']
export type Voice = Schemas['VoiceBody']
export type Place = Schemas['AnswerPlaceBody']

export const keys = {
  all: ['choruses'],
  of: (conversation: string) => ['choruses', 'of', conversation],
  list: ['choruses', 'list'],
  voices: (chorus: string) => ['choruses', 'voices', chorus],
  places: (chorus: string) => ['choruses', 'places', chorus],
} as const

/** What others say alike under the post of a conversation, and then those who are about the same topic or outage. */
export const chorusQuery = (conversation: string) =>
  queryOptions({
    queryKey: keys.of(conversation),
    queryFn: async () => {
      const { chorus, matters } = await ok(api.GET('/api/v1/conversations/{id}/chorus', { params: { path: { id: conversation } } }))
      return [...(chorus ? [chorus] : []), ...(matters ?? [])]
    },
  })

/** The posts under which an answer to a topic or an outage can stand. */
export const placesQuery = (chorus: string) =>
  queryOptions({ queryKey: keys.places(chorus), queryFn: async () => (await ok(api.GET('/api/v1/choruses/{chorus}/places', { params: { path: { chorus } } }))).items })

export const chorusesQuery = queryOptions({ queryKey: keys.list, queryFn: async () => (await ok(api.GET('/api/v1/choruses'))).items })

const page = 50

export const voicesQuery = (chorus: string) =>
  infiniteQueryOptions({
    queryKey: keys.voices(chorus),
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/choruses/{chorus}/voices', { params: { path: { chorus }, query: { limit: page, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })

const askAfter = 1000 // milliseconds: many may say the same at once

/** Asks again for what is shown of choruses when the server says that one of them is another. */
export function useChorusFrames() {
  const cache = useQueryClient()
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(waiting.current), [])
  useLive('chorus', () => {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined
      void cache.invalidateQueries({ queryKey: keys.all })
    }, askAfter)
  })
}

/** Takes a conversation out of a chorus, or puts it back. */
export async function setApart(cache: QueryClient, conversation: string, chorus: string, apart: boolean) {
  await ok(api.PUT('/api/v1/conversations/{id}/chorus', { params: { path: { id: conversation } }, body: { apart, chorus_id: chorus } }))
  await cache.invalidateQueries({ queryKey: keys.all })
}
