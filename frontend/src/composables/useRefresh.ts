import { computed, ref } from 'vue'

/** Options of queries that ask again every few seconds while the page is visible, until the user pauses them. */
export function useRefresh(seconds: number) {
  const isPaused = ref(false)
  const refetchInterval = computed(() => (isPaused.value ? false : seconds * 1000))

  // The next turn asks again anyway.
  return { isPaused, options: { refetchInterval, retry: false } }
}
