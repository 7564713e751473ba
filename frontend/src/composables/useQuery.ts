import { shallowRef } from 'vue'

export type Query<Data> = { kind: 'loading' } | { kind: 'failed'; error: unknown } | { kind: 'loaded'; data: Data }

/** Load something at once and again on demand; the answer of an overtaken load is dropped. */
export function useQuery<Data>(load: () => Promise<Data>) {
  const query = shallowRef<Query<Data>>({ kind: 'loading' })
  let latest = 0

  async function reload(): Promise<void> {
    const turn = ++latest
    query.value = { kind: 'loading' }
    const result = await outcome(load)
    if (turn === latest) query.value = result
  }

  void reload()
  return { query, reload }
}

async function outcome<Data>(load: () => Promise<Data>): Promise<Query<Data>> {
  try {
    return { kind: 'loaded', data: await load() }
  } catch (error) {
    return { kind: 'failed', error }
  }
}
