import { onBeforeUnmount, onMounted, watch } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'

import { pageKey } from '@/router/pages'
import { useLeavingStore } from '@/store/leaving'
import { useSessionStore } from '@/store/session'
import { useSignInAgainStore } from '@/store/signInAgain'
import { isReplacingDocument } from '@/utils/page'

/** Load the dialog of unsaved changes. */
export const loadLeaveDialog = () => import('@/components/LeaveDialog.vue')

type IsDirty = () => boolean

/** The forms of the current page. */
const forms = new Set<IsDirty>()

/** Return whether the page has unsaved changes. */
export function hasUnsavedChanges(): boolean {
  return [...forms].some((isDirty) => isDirty())
}

/**
 * Ask before leaving a page with unsaved changes: with our dialog inside the app, with the browser's when the tab is
 * closed. When the session ends there is no question, and the changes are kept as a draft. When the changes are saved
 * while the question is open, it closes, and the user leaves.
 *
 * @param isDirty returns whether there are unsaved changes, from reactive state.
 * @param isSilent whether leaving for another page of the app asks nothing, because the draft waits there.
 * @returns whether the user wants to discard the changes as they leave, and whether they are asked this or have left.
 */
export function useLeaveGuard(isDirty: IsDirty, { isSilent = false } = {}) {
  const session = useSessionStore()
  const leaving = useLeavingStore()
  const signInAgain = useSignInAgainStore()
  let isDiscarding = false
  let isLeaving = false

  forms.add(isDirty)
  onBeforeRouteLeave(mayLeave)
  onBeforeRouteUpdate((to, from) => pageKey(to) === pageKey(from) || mayLeave())

  async function mayLeave(): Promise<boolean> {
    if (isSilent || !isDirty() || !session.isSignedIn) return true
    isLeaving = true
    const stop = watch(isDirty, closeOnceSaved, { flush: 'sync' })
    const answer = await leaving.ask('leave')
    stop()
    isDiscarding = answer === 'discard'
    isLeaving = answer !== 'stay'
    return isLeaving
  }

  function closeOnceSaved(isStillDirty: boolean): void {
    if (!isStillDirty) leaving.settle('keep')
  }

  function warnOnClose(event: BeforeUnloadEvent): void {
    // A provider's sign-in page leads back to the draft.
    const isExpected = isReplacingDocument() || signInAgain.isAsking
    if (isDirty() && !isExpected) event.preventDefault()
  }

  onMounted(() => {
    // A question must not depend on the network.
    loadLeaveDialog().catch(() => undefined)
    addEventListener('beforeunload', warnOnClose)
  })
  onBeforeUnmount(() => {
    isLeaving = true
    forms.delete(isDirty)
    removeEventListener('beforeunload', warnOnClose)
  })

  return { isDiscarding: () => isDiscarding, isLeaving: () => isLeaving }
}
