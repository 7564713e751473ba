import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

/** A page that failed to load. */
export interface PageFailure {
  path: string
  /** Whether it was the first page of the document. */
  isFirst: boolean
  /** Whether the server was out of reach, so that the page opens once it is back. */
  isOutage: boolean
}

/** State of the page as a whole. */
export const usePageStore = defineStore('page', () => {
  const failure = shallowRef<PageFailure | null>(null)
  /** Changing it remounts the page. */
  const renderKey = ref(0)

  function fail(next: PageFailure): void {
    failure.value = next
  }

  function dismiss(): void {
    failure.value = null
  }

  /** Remount the page, because its user has changed. */
  function remount(): void {
    renderKey.value += 1
  }

  return { failure, renderKey, fail, dismiss, remount }
})
