import { onBeforeUnmount, onMounted } from 'vue'

import { getPasskeyAuthenticationOptions, signInWithPasskey, type UserResponse } from '@/api/generated/client'
import { answerFromAutofill, canOfferPasskeys, stopOffering } from '@/api/passkeys'
import { PasskeyError } from '@/api/PasskeyError'

/** Let the browser offer passkeys in the field with `autocomplete="… webauthn"` while the component is shown. */
export function usePasskeyAutofill(enter: (user: UserResponse) => unknown, fail: (error: unknown) => void): void {
  let isOver = false

  onMounted(async () => {
    if (!(await canOfferPasskeys())) return
    const options = await getPasskeyAuthenticationOptions().catch(() => undefined)
    if (options && !isOver) await offer(options.data)
  })
  onBeforeUnmount(() => {
    isOver = true
    void stopOffering()
  })

  async function offer(options: Record<string, unknown>): Promise<void> {
    try {
      const { data: user } = await signInWithPasskey({ credential: await answerFromAutofill(options) })
      enter(user)
    } catch (error) {
      // The user chose another way; the button says why passkeys do not work.
      if (!(error instanceof PasskeyError)) fail(error)
    }
  }
}
