import { shallowRef } from 'vue'

export type Query<Data> = { kind: 'loading' } | { kind: 'failed'; error: unknown } | { kind: 'loaded'; data: Data }

/** Load something at once and again on demand; what an overtaken load brings is dropped. */
export function useQuery<Data>(load: () => Promise<Data>) {
  const query = shallowRef<Query<Data>>({ kind: 'loading' })
  let latest = 0

  async function reload(): Promise<void> {
    const turn = ++latest
    query.value = { kind: 'loading' }
    const result = await outcome(load)
    if (turn === latest) query.value = result
  }

  /** Load again behind what is shown, which stays when that fails; tells whether it succeeded. */
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
