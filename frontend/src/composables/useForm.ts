import { nextTick, useTemplateRef } from 'vue'
import type { SubmitEventPromise } from 'vuetify'

import { type FieldOfCode, useSubmission } from './useSubmission'

/**
 * Run a `<v-form ref="form">`: check the fields, send, and lead to the first field that is wrong.
 *
 * @param fields names that the API uses for this form's fields.
 * @param send sends the form; what it rejects with is shown.
 * @param fieldOfCode errors that are about one field though the API names none.
 */
export function useForm(fields: readonly string[], send: () => Promise<unknown>, fieldOfCode?: FieldOfCode) {
  const form = useTemplateRef<{ $el: HTMLFormElement; reset: () => void }>('form')
  const submission = useSubmission(fields, fieldOfCode)

  async function onSubmit(event: SubmitEventPromise): Promise<void> {
    const { valid } = await event
    const isSent = valid && (await submission.submit(send))
    if (!isSent) await focusFirstInvalid()
  }

  async function focusFirstInvalid(): Promise<void> {
    await nextTick()
    form.value?.$el.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }

  /** Empty the fields, as if nobody had been here. */
  function clear(): void {
    form.value?.reset()
  }

  return { ...submission, onSubmit, clear }
}
