import { infiniteQueryOptions, queryOptions, skipToken } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import type { KnowledgeSearch } from './search'

export const keys = {
  all: ['knowledge'],
  lists: ['knowledge', 'list'],
  article: (id: string) => ['knowledge', 'article', id],
  history: (id: string) => ['knowledge', 'article', id, 'history'],
  missing: ['knowledge', 'missing'],
  categories: ['knowledge', 'categories'],
} as const

const pageSize = 50
const at = (id: string) => ({ path: { id } })

export const categoriesQuery = queryOptions({ queryKey: keys.categories, queryFn: async () => (await ok(api.GET('/api/v1/article-categories'))).items })

/** Articles as the tree and the filters ask for them. */
export const articlesQuery = ({ category, state, mine, due }: KnowledgeSearch) =>
  infiniteQueryOptions({
    queryKey: [...keys.lists, { category, state, mine, due }],
    queryFn: ({ pageParam, signal }) => ok(api.GET('/api/v1/articles', { params: { query: { category, state, mine, due, cursor: pageParam, limit: pageSize } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  })

/** Published articles by their words; the words of an older question are no longer asked for. */
export const foundQuery = (q: string, { language, brand }: { language?: string; brand?: string }) =>
  infiniteQueryOptions({
    queryKey: [...keys.lists, 'found', { q, language, brand }],
    queryFn: q === '' ? skipToken : ({ pageParam, signal }) => ok(api.GET('/api/v1/articles/search', { params: { query: { q, language, brand, cursor: pageParam, limit: 20 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    staleTime: 10_000,
  })

/** Tells the server that somebody has typed their question to its end: if nothing answers it, it is kept. */
export const askToTheEnd = (q: string, { language, brand }: { language?: string; brand?: string }) => ok(api.GET('/api/v1/articles/search', { params: { query: { q, language, brand, finished: true, limit: 1 } } }))

export const articleQuery = (id: string) => queryOptions({ queryKey: keys.article(id), queryFn: () => ok(api.GET('/api/v1/articles/{id}', { params: at(id) })) })

export const historyQuery = (id: string) => queryOptions({ queryKey: keys.history(id), queryFn: () => ok(api.GET('/api/v1/articles/{id}/history', { params: at(id) })), staleTime: 0 })

export const comparisonQuery = (version: string, older: string | undefined) =>
  queryOptions({
    queryKey: ['knowledge', 'comparison', version, older],
    queryFn: older ? async () => (await ok(api.GET('/api/v1/article-versions/{id}/comparison', { params: { ...at(version), query: { with: older } } }))).blocks : skipToken,
  })

export const missingQuery = infiniteQueryOptions({
  queryKey: keys.missing,
  queryFn: ({ pageParam }) => ok(api.GET('/api/v1/missing-answers', { params: { query: { cursor: pageParam, limit: pageSize } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.next,
  staleTime: 0,
})

export const suggestionsQuery = (conversation: string) =>
  queryOptions({ queryKey: ['knowledge', 'suggestions', conversation], queryFn: () => ok(api.GET('/api/v1/conversations/{id}/suggestions', { params: at(conversation) })), staleTime: 30_000 })

/** Puts on record which article answers a question; without one, that none has to. */
export const answerMissing = (id: string, article?: string) => ok(api.PUT('/api/v1/missing-answers/{id}', { params: at(id), body: article ? { article_id: article } : {} }))
