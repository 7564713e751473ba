import { resendVerification } from '@/api/generated/client'
import { useNotificationStore } from '@/store/notifications'

import { useSubmission } from './useSubmission'

/** Mail the user a new link that verifies their address, and say what came of it. */
export function useResendVerification() {
  const notifications = useNotificationStore()
  const { isSending, failure, submit } = useSubmission([])

  async function resend(): Promise<void> {
    if (await submit(resendVerification)) notifications.show('A new mail is on its way.')
    else if (failure.value) notifications.show(failure.value)
  }

  return { isSending, resend }
}
