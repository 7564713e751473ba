import { computed, ref } from 'vue'

import { APIError } from '@/api/APIError'
import { errorMessage } from '@/api/errorMessages'
import type { ErrorCode } from '@/api/generated/client'

/** Maps an error code to the field that shows it. */
export type FieldOfCode = Partial<Record<ErrorCode, string>>

type Submission =
  | { kind: 'editing' }
  | { kind: 'sending' }
  | { kind: 'refused'; message: string | null; fields: Partial<Record<string, string>> }

/**
 * Submit a form and keep the result.
 *
 * Errors of one of `fields` are shown at that field, all others above the form.
 *
 * @param fields the API's names of this form's fields.
 * @param fieldOfCode the field of errors for which the API names none.
 */
export function useSubmission(fields: readonly string[], fieldOfCode: FieldOfCode = {}) {
  const submission = ref<Submission>({ kind: 'editing' })

  const isSending = computed(() => submission.value.kind === 'sending')
  const failure = computed(() => (submission.value.kind === 'refused' ? submission.value.message : null))
  const fieldErrors = computed(() => (submission.value.kind === 'refused' ? submission.value.fields : {}))

  /** Run `send` unless it is already running. Returns whether it succeeded. */
  async function submit(send: () => Promise<unknown>): Promise<boolean> {
    if (isSending.value) return false
    submission.value = { kind: 'sending' }
    try {
      await send()
      submission.value = { kind: 'editing' }
      return true
    } catch (error) {
      submission.value = refusal(error, fields, fieldOfCode)
      return false
    }
  }

  /** Clear the error of an edited field. */
  function clearField(field: string): void {
    if (submission.value.kind === 'refused') submission.value.fields[field] = undefined
  }

  /** Clear the last result. */
  function reset(): void {
    submission.value = { kind: 'editing' }
  }

  return { isSending, failure, fieldErrors, submit, clearField, reset }
}

function refusal(error: unknown, fields: readonly string[], fieldOfCode: FieldOfCode): Submission {
  const field = error instanceof APIError ? fieldOfCode[error.code as ErrorCode] : undefined
  if (field) return { kind: 'refused', message: null, fields: { [field]: errorMessage(error) } }
  const details = error instanceof APIError ? error.details.filter(({ field }) => fields.includes(field)) : []
  return {
    kind: 'refused',
    message: details.length > 0 && isOnlyAboutFields(error) ? null : errorMessage(error),
    fields: Object.fromEntries(details.map(({ field, message }) => [field, message])),
  }
}

function isOnlyAboutFields(error: unknown): boolean {
  return error instanceof APIError && error.code === 'VALIDATION_FAILED'
}
