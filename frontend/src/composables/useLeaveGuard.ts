import { onBeforeUnmount, onMounted, ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

import { useSessionStore } from '@/store/session'
import { isReplacingDocument } from '@/utils/page'

interface Guard {
  isDirty: () => boolean
  ask: () => Promise<boolean>
}

/** The forms on the page. */
const guards = new Set<Guard>()

/** Tell whether there is something on the page that is not saved. */
export function hasUnsavedChanges(): boolean {
  return [...guards].some(({ isDirty }) => isDirty())
}

/** Ask what leaving the page would ask; for what ends it in another way than a link. */
export async function mayLeave(): Promise<boolean> {
  for (const { isDirty, ask } of guards) {
    if (isDirty() && !(await ask())) return false
  }
  return true
}

/**
 * Ask before a page is left whose changes are not saved: with a dialog of ours inside the program, with the browser's
 * when the tab is closed. After the end of the session there is no choice, and the changes are kept as a draft.
 *
 * @param isDirty tells whether there is something to lose.
 */
export function useLeaveGuard(isDirty: () => boolean) {
  const session = useSessionStore()
  const isAsking = ref(false)
  let answer: ((isLeaving: boolean) => void) | undefined

  const guard: Guard = { isDirty, ask }
  guards.add(guard)

  onBeforeRouteLeave(() => !isDirty() || !session.isSignedIn || ask())

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

  function warnOnClose(event: BeforeUnloadEvent): void {
    if (isDirty() && !isReplacingDocument()) event.preventDefault()
  }

  onMounted(() => {
    addEventListener('beforeunload', warnOnClose)
  })
  onBeforeUnmount(() => {
    guards.delete(guard)
    removeEventListener('beforeunload', warnOnClose)
  })

  return { isAsking, decide }
}
