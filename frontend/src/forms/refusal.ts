import { APIError } from '@/api/APIError'
import { errorMessage } from '@/api/errorMessages'
import type { ErrorCode } from '@/api/generated/client'

/** The field that shows an error for which the API names none. */
export type FieldOfCode<Field extends string = string> = Partial<Record<ErrorCode, Field>>

/** The message of a form above its fields. */
export interface Failure {
  message: string
  /** Errors of fields that the form does not show. */
  details: string[]
  /** Only for errors that the user cannot correct. */
  requestId: string | null
}

/** The problems of a submission: of its fields, and in general. */
export interface Refusal {
  fields: Record<string, string>
  failure: Failure | null
}

/** Sort the errors of a request by the fields that show them. */
export function refusalOf(
  error: unknown,
  shown: (field: string) => boolean = () => false,
  fieldOfCode: FieldOfCode = {},
): Refusal {
  const details = error instanceof APIError ? error.details : []
  const fields = Object.fromEntries(
    details.filter(({ field }) => shown(field)).map(({ field, message }) => [field, message]),
  )
  const field = error instanceof APIError ? fieldOfCode[error.code as ErrorCode] : undefined
  if (field && shown(field)) return { fields: { ...fields, [field]: errorMessage(error) }, failure: null }
  const rest = isAboutFields(error) ? details.filter((detail) => !shown(detail.field)) : []
  const isAtFields = isAboutFields(error) && details.length > 0 && rest.length === 0
  return { fields, failure: isAtFields ? null : failureOf(error, rest) }
}

function failureOf(error: unknown, details: { field: string; message: string }[]): Failure {
  const isOurs = !(error instanceof APIError) || error.status >= 500
  return {
    message: errorMessage(error),
    details: details.map(({ field, message }) => `${field}: ${message}`),
    requestId: isOurs && error instanceof APIError ? error.requestId : null,
  }
}

function isAboutFields(error: unknown): boolean {
  return error instanceof APIError && error.code === 'VALIDATION_FAILED'
}
