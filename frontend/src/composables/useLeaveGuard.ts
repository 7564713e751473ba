import { onBeforeUnmount, onMounted, ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

import { useSessionStore } from '@/store/session'
import { isReplacingDocument } from '@/utils/page'

interface Guard {
  isDirty: () => boolean
  ask: () => Promise<boolean>
}

/** The forms of the current page. */
const guards = new Set<Guard>()

/** Return whether the page has unsaved changes. */
export function hasUnsavedChanges(): boolean {
  return [...guards].some(({ isDirty }) => isDirty())
}

/** Ask before leaving the page other than through a link, such as by signing out. */
export async function mayLeave(): Promise<boolean> {
  for (const { isDirty, ask } of guards) {
    if (isDirty() && !(await ask())) return false
  }
  return true
}

/**
 * Ask before leaving a page with unsaved changes: with our dialog inside the app, with the browser's when the tab is
 * closed. When the session ends there is no question, and the changes are kept as a draft.
 *
 * @param isDirty returns whether there are unsaved changes.
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
