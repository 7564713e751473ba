import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

/** A page that could not be opened. */
export interface PageFailure {
  path: string
  /** Whether there is no page behind the message. */
  isFirst: boolean
}

/** What concerns the page as a whole. */
export const usePageStore = defineStore('page', () => {
  const failure = shallowRef<PageFailure | null>(null)
  /** Another number makes the page begin anew. */
  const renderKey = ref(0)

  function fail(next: PageFailure): void {
    failure.value = next
  }

  function dismiss(): void {
    failure.value = null
  }

  /** Let the page load everything again, because the user it is shown to has changed. */
  function remount(): void {
    renderKey.value += 1
  }

  return { failure, renderKey, fail, dismiss, remount }
})
