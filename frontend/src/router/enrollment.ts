import type { Router } from 'vue-router'

import { onEnrollmentRequired } from '@/api/apiClient'
import { useSessionStore } from '@/store/session'

/** Redirect users whose role requires a second factor to the page that sets one up. */
export function redirectToEnrollment(router: Router): void {
  onEnrollmentRequired(() => {
    void useSessionStore().refresh()
    void router.push({ name: 'account-two-factor' })
  })
}
