import { shallowRef } from 'vue'

export type Query<Data> = { kind: 'loading' } | { kind: 'failed'; error: unknown } | { kind: 'loaded'; data: Data }

/** Load data now and on demand. Results of superseded requests are dropped. */
export function useQuery<Data>(load: () => Promise<Data>) {
  const query = shallowRef<Query<Data>>({ kind: 'loading' })
  let latest = 0

  async function reload(): Promise<void> {
    const turn = ++latest
    query.value = { kind: 'loading' }
    const result = await outcome(load)
    if (turn === latest) query.value = result
  }

  /** Reload in the background. Keeps the shown data on failure. Returns whether it succeeded. */
  async function refresh(): Promise<boolean> {
    const turn = ++latest
    const result = await outcome(load)
    const isBetter = result.kind === 'loaded' || query.value.kind !== 'loaded'
    if (turn === latest && isBetter) query.value = result
    return result.kind === 'loaded'
  }

  void reload()
  return { query, reload, refresh }
}

async function outcome<Data>(load: () => Promise<Data>): Promise<Query<Data>> {
  try {
    return { kind: 'loaded', data: await load() }
  } catch (error) {
    return { kind: 'failed', error }
  }
}
