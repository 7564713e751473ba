import { resendVerification } from '@/api/generated/client'
import { useSnackbarStore } from '@/store/snackbar'

import { useSubmission } from './useSubmission'

/** Send the user a new verification link and show the result. */
export function useResendVerification() {
  const snackbar = useSnackbarStore()
  const { isSending, failure, submit } = useSubmission([])

  async function resend(): Promise<void> {
    if (await submit(resendVerification)) snackbar.show('We’ve sent you a new link.')
    else if (failure.value) snackbar.show(failure.value)
  }

  return { isSending, resend }
}
