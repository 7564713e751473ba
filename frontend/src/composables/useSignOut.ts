import { useRouter } from 'vue-router'

import { useLeavingStore } from '@/store/leaving'
import { useSessionStore } from '@/store/session'
import { useSnackbarStore } from '@/store/snackbar'
import { countDrafts, deleteDrafts } from '@/utils/drafts'

import { hasUnsavedChanges } from './useLeaveGuard'

/** Return a function that signs out, after asking whether unsaved text may be deleted. */
export function useSignOut(): () => Promise<void> {
  const session = useSessionStore()
  const leaving = useLeavingStore()
  const snackbar = useSnackbarStore()
  const router = useRouter()

  async function signOut(): Promise<void> {
    const userId = session.user?.id ?? ''
    const hasText = hasUnsavedChanges() || countDrafts(userId) > 0
    if (hasText && (await leaving.ask('signOut')) !== 'discard') return
    try {
      await session.signOut()
      deleteDrafts(userId)
      await router.push({ name: 'sign-in' })
    } catch (error) {
      snackbar.error(error)
    }
  }

  return signOut
}
