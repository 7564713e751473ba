import type { Router } from 'vue-router'

import { onEnrollmentRequired } from '@/api/apiClient'
import { useSessionStore } from '@/store/session'

/** Lead a user whose role needs a second factor to the page where one is set up, whatever page learns of it first. */
export function redirectToEnrollment(router: Router): void {
  onEnrollmentRequired(() => {
    void useSessionStore().refresh()
    void router.push({ name: 'account-two-factor' })
  })
}
