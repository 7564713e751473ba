import { onMounted, onScopeDispose, ref } from 'vue'

export type Polling = { kind: 'fresh'; at: Date } | { kind: 'stale'; at: Date | null } | { kind: 'paused' }

/**
 * Refresh a page every few seconds while it is visible.
 *
 * @param refresh resolves to whether it succeeded. Calls never overlap.
 */
export function usePolling(refresh: () => Promise<boolean>, seconds: number) {
  const polling = ref<Polling>({ kind: 'fresh', at: new Date() })
  let timer: ReturnType<typeof setTimeout> | undefined

  async function tick(): Promise<void> {
    clearTimeout(timer)
    if (polling.value.kind === 'paused' || document.hidden) return
    const isFresh = await refresh()
    // The user may have paused during the refresh.
    if (isPaused()) return
    polling.value = isFresh ? { kind: 'fresh', at: new Date() } : { kind: 'stale', at: lastTime() }
    schedule()
  }

  function schedule(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void tick(), seconds * 1000)
  }

  function lastTime(): Date | null {
    return polling.value.kind === 'paused' ? null : polling.value.at
  }

  function isPaused(): boolean {
    return polling.value.kind === 'paused'
  }

  function pause(): void {
    clearTimeout(timer)
    polling.value = { kind: 'paused' }
  }

  function resume(): void {
    polling.value = { kind: 'stale', at: null }
    void tick()
  }

  function onVisibilityChange(): void {
    if (document.hidden) clearTimeout(timer)
    else void tick()
  }

  onMounted(() => {
    document.addEventListener('visibilitychange', onVisibilityChange)
    schedule()
  })
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onVisibilityChange)
    pause()
  })

  return { polling, pause, resume }
}
