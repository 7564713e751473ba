import { keepPreviousData, useInfiniteQuery, type UseInfiniteQueryOptions } from '@tanstack/vue-query'
import type { InfiniteData, QueryKey } from '@tanstack/vue-query'
import { computed } from 'vue'

import type { APIError } from '@/api/APIError'

type Cursor = string | undefined

/** A page of a list from the API. */
interface Page<Item> {
  data: Item[]
  meta: { next_cursor: string | null; total?: number | null }
}

type Options<Listing> = UseInfiniteQueryOptions<Listing, APIError, InfiniteData<Listing, Cursor>, QueryKey, Cursor>

/**
 * A list that loads page by page and keeps its place: after Back, all pages are there at once.
 *
 * Show it with `QueryState` and `NextPage`. While other filters load, the old items stay.
 *
 * @param options of the generated infinite query, such as `getListPostsInfiniteQueryOptions(params)`.
 */
export function useInfiniteList<Item extends { id: string }, Listing extends Page<Item>>(
  options: Options<Listing & Page<Item>>,
) {
  const query = useInfiniteQuery({
    placeholderData: keepPreviousData,
    ...options,
    initialPageParam: undefined,
    getNextPageParam: ({ meta }) => meta.next_cursor ?? undefined,
  })

  const pages = computed(() => query.data.value?.pages ?? [])
  const items = computed(() => unique(pages.value.flatMap(({ data }) => data)))
  const total = computed(() => pages.value[0]?.meta.total ?? null)

  return { query, items, total }
}

/** Return each item once: an item moves to a later page when others are added before it. */
function unique<Item extends { id: string }>(items: Item[]): Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}
