import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/vue-query'

import { isBelow } from './queryClient'

/** Takes back what a page showed before the API refused it. */
export type Undo = () => void

interface AnyPage {
  data: { id: string }[]
  meta: { total?: number | null }
}

/** Where a page stands among the loaded ones of its list. */
interface Place {
  isFirst: boolean
  isLast: boolean
}

/**
 * Change every cached page of a list, whatever its parameters.
 *
 * @param key of the list, from the generated function without parameters.
 */
export function changePages<Page extends AnyPage>(
  client: QueryClient,
  key: QueryKey,
  change: (page: Page, place: Place) => Page,
): Undo {
  const filters = { predicate: ({ queryKey }: { queryKey: QueryKey }) => isList(queryKey, key) }
  const before = client.getQueriesData<Page | InfiniteData<Page>>(filters)
  client.setQueriesData<Page | InfiniteData<Page>>(filters, (cached) => cached && changed(cached, change))
  return () => {
    for (const [queryKey, data] of before) client.setQueryData(queryKey, data)
  }
}

/** Return a page without an item, as an optimistic step shows it. */
export function withoutItem<Page extends AnyPage>(id: string): (page: Page) => Page {
  return (page) => ({
    ...page,
    data: page.data.filter((item) => item.id !== id),
    meta: { ...page.meta, ...(typeof page.meta.total === 'number' && { total: page.meta.total - 1 }) },
  })
}

function changed<Page>(
  cached: Page | InfiniteData<Page>,
  change: (page: Page, place: Place) => Page,
): Page | InfiniteData<Page> {
  if (!isInfinite(cached)) return change(cached, { isFirst: true, isLast: true })
  const last = cached.pages.length - 1
  const pages = cached.pages.map((page, index) => change(page, { isFirst: index === 0, isLast: index === last }))
  return { ...cached, pages }
}

function isInfinite<Page>(cached: Page | InfiniteData<Page>): cached is InfiniteData<Page> {
  return typeof cached === 'object' && cached !== null && 'pages' in cached
}

/** Below a list's key are its items as well, whose keys go on with their id. */
function isList(queryKey: QueryKey, key: QueryKey): boolean {
  const parameters = queryKey[queryKey[0] === 'infinite' ? key.length + 1 : key.length]
  return isBelow(queryKey, key) && typeof parameters !== 'string'
}
