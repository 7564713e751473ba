import { resendVerification } from '@/api/generated/client'
import { useSnackbarStore } from '@/store/snackbar'

import { useSubmission } from './useSubmission'

/** Mail the user a new link that verifies their address, and say what came of it. */
export function useResendVerification() {
  const snackbar = useSnackbarStore()
  const { isSending, failure, submit } = useSubmission([])

  async function resend(): Promise<void> {
    if (await submit(resendVerification)) snackbar.show('A new mail is on its way.')
    else if (failure.value) snackbar.show(failure.value)
  }

  return { isSending, resend }
}
