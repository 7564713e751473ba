import { QueryClient, type QueryKey } from '@tanstack/vue-query'

import { APIError, isTransient } from './APIError'

/** How long cached data is shown without a request. */
const FRESH_MS = 15_000
/** How long the data of a closed page stays cached. */
const KEPT_MS = 30 * 60_000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 10_000

/** Create a cache of the API's responses. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        gcTime: KEPT_MS,
        // `apiClient` has already renewed the session.
        retry: (failures, error) => failures === 0 && isTransient(error),
        retryDelay: (_failures, error) => pauseAfter(error),
        // Ask even when the browser believes that it is offline: the page then says so, and `ErrorState` asks again.
        networkMode: 'always',
        refetchOnReconnect: true,
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** Mark answers as out of date, and ask again for those that are shown. The key is of a query or of a part of the API. */
export async function invalidate(client: QueryClient, key: QueryKey): Promise<void> {
  // Requests in flight may be answered with what was there before. vue-query sends only those again that have data.
  await client.cancelQueries({ predicate: (query) => isBelow(query.queryKey, key) && query.state.data === undefined })
  await client.invalidateQueries(below(key))
}

/** Return whether a request for what is below `key` is in flight. */
export function isAsking(client: QueryClient, key: QueryKey): boolean {
  return client.isFetching(below(key)) > 0
}

/** Return a listener of live events that invalidates a part of the API. */
export function refreshes(key: QueryKey): (client: QueryClient) => Promise<void> {
  return (client) => invalidate(client, key)
}

/** Drop requests in flight for what is below `key`. What is cached stays. */
export async function cancel(client: QueryClient, key: QueryKey): Promise<void> {
  await client.cancelQueries(below(key))
}

function below(key: QueryKey) {
  return { predicate: ({ queryKey }: { queryKey: QueryKey }) => isBelow(queryKey, key) }
}

/** Return whether a query belongs to `key`, be it infinite or not. */
export function isBelow(queryKey: QueryKey, key: QueryKey): boolean {
  const parts = queryKey[0] === 'infinite' ? queryKey.slice(1) : queryKey
  return key.every((part, index) => JSON.stringify(parts[index]) === JSON.stringify(part))
}

function pauseAfter(error: unknown): number {
  const seconds = error instanceof APIError ? error.retryAfter : null
  return seconds === null ? FIRST_PAUSE_MS : Math.min(seconds * 1000, LONGEST_PAUSE_MS)
}
