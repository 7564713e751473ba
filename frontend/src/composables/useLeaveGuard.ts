import { onBeforeUnmount, onMounted, ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

/**
 * Ask before a page is left whose changes are not saved: with a dialog of ours inside the program, with the browser's
 * when the tab is closed.
 *
 * @param isDirty tells whether there is something to lose.
 */
export function useLeaveGuard(isDirty: () => boolean) {
  const isAsking = ref(false)
  let answer: ((isLeaving: boolean) => void) | undefined

  onBeforeRouteLeave(() => !isDirty() || ask())

  function ask(): Promise<boolean> {
    answer?.(false)
    isAsking.value = true
    return new Promise((resolve) => {
      answer = resolve
    })
  }

  function decide(isLeaving: boolean): void {
    isAsking.value = false
    answer?.(isLeaving)
    answer = undefined
  }

  function holdTab(event: BeforeUnloadEvent): void {
    if (isDirty()) event.preventDefault()
  }

  onMounted(() => {
    addEventListener('beforeunload', holdTab)
  })
  onBeforeUnmount(() => {
    removeEventListener('beforeunload', holdTab)
  })

  return { isAsking, decide }
}
