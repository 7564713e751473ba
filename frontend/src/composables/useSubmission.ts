import { ref, watch } from 'vue'

import { type Failure, refusalOf } from '@/forms/refusal'
import { locale } from '@/i18n'

/** Run an action that has no form, such as a button's, and keep why it failed. Show it by `<FormFailure>`. */
export function useSubmission() {
  const isSending = ref(false)
  const failure = ref<Failure | null>(null)

  // It is a sentence of the language that it was made in.
  watch(locale, reset)

  /** Run `send` unless it is already running. Returns whether it succeeded. */
  async function submit(send: () => Promise<unknown>): Promise<boolean> {
    if (isSending.value) return false
    isSending.value = true
    failure.value = null
    try {
      await send()
      return true
    } catch (error) {
      failure.value = refusalOf(error).failure
      return false
    } finally {
      isSending.value = false
    }
  }

  /** Clear the last result. */
  function reset(): void {
    failure.value = null
  }

  return { isSending, failure, submit, reset }
}
