import { nextTick, useTemplateRef } from 'vue'
import type { SubmitEventPromise } from 'vuetify'

import { type FieldOfCode, useSubmission } from './useSubmission'

/**
 * Validate and submit a `<v-form ref="form">`, and focus the first invalid field.
 *
 * @param fields the API's names of this form's fields.
 * @param send submits the form; its rejection is shown.
 * @param fieldOfCode the field of errors for which the API names none.
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

  /** Empty the fields and clear their errors. */
  function clear(): void {
    form.value?.reset()
  }

  return { ...submission, onSubmit, clear }
}
