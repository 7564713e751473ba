import type { QueryClient } from '@tanstack/vue-query'

import { FEATURES } from '@/features'

import { type LiveEvents, useLiveStore } from './live'

/** Let each feature change the cache when live events arrive. Returns a function that stops it. */
export function listen(client: QueryClient): () => void {
  const live = useLiveStore()
  const stops = FEATURES.flatMap(({ events = {} }) =>
    Object.entries(events).map(([kind, handle]) =>
      live.on(kind as keyof LiveEvents, (data) => void handle(client, data as never)),
    ),
  )
  return () => {
    for (const stop of stops) stop()
  }
}
