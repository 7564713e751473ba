import { onScopeDispose } from 'vue'

import { apiAddress } from '@/api/address'

const FIRST_PAUSE_MS = 2000
const LONGEST_PAUSE_MS = 30_000
const TIMEOUT_MS = 5000

/**
 * Call `resume` each time the server answers, less and less often, until the component is gone. It asks while the browser
 * is online.
 */
export function useReconnected(resume: () => unknown, isReachable = isApiReachable): void {
  let pause = FIRST_PAUSE_MS
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(): Promise<void> {
    clearTimeout(timer)
    if (navigator.onLine && !document.hidden && (await isReachable())) resume()
    wait()
  }

  function wait(): void {
    if (isOver) return
    clearTimeout(timer)
    timer = setTimeout(look, pause)
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)
  }

  function lookNow(): void {
    pause = FIRST_PAUSE_MS
    void look()
  }

  let isOver = false
  addEventListener('online', lookNow)
  wait()
  onScopeDispose(() => {
    isOver = true
    clearTimeout(timer)
    removeEventListener('online', lookNow)
  })
}

async function isApiReachable(): Promise<boolean> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  return fetch(apiAddress('/api/ping'), { cache: 'no-store', signal }).then(
    ({ ok }) => ok,
    () => false,
  )
}
