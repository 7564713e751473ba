import { resendVerification } from '@/api/generated/client'
import { t } from '@/i18n'
import { useSnackbarStore } from '@/store/snackbar'

import { useSubmission } from './useSubmission'

/** Send the user a new verification link and show the result. */
export function useResendVerification() {
  const snackbar = useSnackbarStore()
  const { isSending, submit } = useSubmission()

  const resend = (): Promise<boolean> => submit(send)

  async function send(): Promise<void> {
    try {
      await resendVerification()
      snackbar.success(t('navigation.verification.sent'))
    } catch (error) {
      snackbar.error(error)
    }
  }

  return { isSending, resend }
}
