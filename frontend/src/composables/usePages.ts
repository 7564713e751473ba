import { shallowRef } from 'vue'

/** One page of a list, as the API sends it. */
export interface Page<Item> {
  data: Item[]
  meta: { next_cursor: string | null; total?: number | null }
}

/** What lies behind the items that are shown. */
export type Rest =
  | { kind: 'none' }
  | { kind: 'waiting'; cursor: string }
  | { kind: 'loading'; cursor: string }
  | { kind: 'failed'; cursor: string; error: unknown }

export type Pages<Item> =
  | { kind: 'loading' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'loaded'; items: Item[]; total: number | null; rest: Rest }

/** Load a list page by page; what an overtaken load brings is dropped. */
export function usePages<Item extends { id: string }>(load: (cursor?: string) => Promise<Page<Item>>) {
  const pages = shallowRef<Pages<Item>>({ kind: 'loading' })
  let latest = 0

  /** Start again with the first page. */
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

  /** Load the next page behind those that are shown. */
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

  /** Load again behind what is shown, as far as it goes; what is shown stays when that fails. Tells whether it worked. */
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

  /** Show something that was just created at the end of the list. */
  function add(item: Item): void {
    change((list) => ({ ...list, items: [...list.items, item], total: list.total === null ? null : list.total + 1 }))
  }

  /** Show no more what was just deleted. */
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
