import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem } from './problem'

const maxRetries = 2

/**
 * The cache of everything asked from the server. Live frames keep it fresh, so
 * data does not grow stale by itself; after a gap everything is asked again.
 */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  const watch = (error: unknown) => {
    if (error instanceof Problem && error.status === 401) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        networkMode: 'always', // whether there is a network is for the request to find out
        retry: (count, error) => count < maxRetries && error instanceof Problem && error.temporary,
      },
      mutations: { networkMode: 'always' },
    },
  })
}
