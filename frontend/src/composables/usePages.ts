import { shallowRef } from 'vue'

/** A page of a list from the API. */
export interface Page<Item> {
  data: Item[]
  meta: { next_cursor: string | null; total?: number | null }
}

/** State of the next page. */
export type Rest =
  | { kind: 'none' }
  | { kind: 'waiting'; cursor: string }
  | { kind: 'loading'; cursor: string }
  | { kind: 'failed'; cursor: string; error: unknown }

export type Pages<Item> =
  | { kind: 'loading' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'loaded'; items: Item[]; total: number | null; rest: Rest }

/** Load a list page by page. Results of superseded requests are dropped. */
export function usePages<Item extends { id: string }>(load: (cursor?: string) => Promise<Page<Item>>) {
  const pages = shallowRef<Pages<Item>>({ kind: 'loading' })
  let latest = 0

  /** Load the first page again. */
  async function reload(): Promise<void> {
    const turn = ++latest
    pages.value = { kind: 'loading' }
    const result = await firstPage()
    if (turn === latest) pages.value = result
  }

  async function firstPage(): Promise<Pages<Item>> {
    try {
      const { data, meta } = await load()
      return { kind: 'loaded', items: data, total: meta.total ?? null, rest: restAfter(meta) }
    } catch (error) {
      return { kind: 'failed', error }
    }
  }

  /** Load the next page. */
  async function loadMore(): Promise<void> {
    if (pages.value.kind !== 'loaded') return
    const { rest } = pages.value
    if (rest.kind !== 'waiting' && rest.kind !== 'failed') return
    const turn = ++latest
    change((list) => ({ ...list, rest: { kind: 'loading', cursor: rest.cursor } }))
    const append = await nextPage(rest.cursor)
    if (turn === latest) change(append)
  }

  async function nextPage(cursor: string): Promise<(list: Loaded<Item>) => Loaded<Item>> {
    try {
      const { data, meta } = await load(cursor)
      return (list) => ({ ...list, items: [...without(list.items, data), ...data], rest: restAfter(meta) })
    } catch (error) {
      return (list) => ({ ...list, rest: { kind: 'failed', cursor, error } })
    }
  }

  /** Reload all shown pages in the background. Keeps them on failure. Returns whether it succeeded. */
  async function refresh(): Promise<boolean> {
    if (isLoading(pages.value)) return true
    const turn = ++latest
    const count = pages.value.kind === 'loaded' ? pages.value.items.length : 0
    const result = await atLeast(count)
    const isBetter = result.kind === 'loaded' || pages.value.kind !== 'loaded'
    if (turn === latest && isBetter) pages.value = result
    return result.kind === 'loaded'
  }

  async function atLeast(count: number): Promise<Pages<Item>> {
    let result = await firstPage()
    while (result.kind === 'loaded' && result.rest.kind === 'waiting' && result.items.length < count) {
      result = (await nextPage(result.rest.cursor))(result)
    }
    return result.kind === 'loaded' && result.rest.kind === 'failed'
      ? { kind: 'failed', error: result.rest.error }
      : result
  }

  /** Add a new item at the end, or first where the newest comes first. Does nothing if it is already in the list. */
  function add(item: Item, { isFirst = false } = {}): void {
    change((list) => {
      if (list.items.some(({ id }) => id === item.id)) return list
      const items = isFirst ? [item, ...list.items] : [...list.items, item]
      return { ...list, items, total: list.total === null ? null : list.total + 1 }
    })
  }

  /** Remove a deleted item. */
  function remove({ id }: Item): void {
    change((list) => ({
      ...list,
      items: list.items.filter((item) => item.id !== id),
      total: list.total === null ? null : list.total - 1,
    }))
  }

  function change(update: (list: Loaded<Item>) => Loaded<Item>): void {
    if (pages.value.kind === 'loaded') pages.value = update(pages.value)
  }

  void reload()
  return { pages, reload, refresh, loadMore, add, remove }
}

function isLoading(pages: Pages<unknown>): boolean {
  return pages.kind === 'loading' || (pages.kind === 'loaded' && pages.rest.kind === 'loading')
}

type Loaded<Item> = Extract<Pages<Item>, { kind: 'loaded' }>

function restAfter({ next_cursor: cursor }: Page<unknown>['meta']): Rest {
  return cursor === null ? { kind: 'none' } : { kind: 'waiting', cursor }
}

function without<Item extends { id: string }>(items: Item[], others: Item[]): Item[] {
  const ids = new Set(others.map(({ id }) => id))
  return items.filter(({ id }) => !ids.has(id))
}
