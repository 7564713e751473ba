import { t } from '@/i18n'
import { PageNotLoaded } from '@/router/PageNotLoaded'
import { formatDuration } from '@/utils/dates'

import { APIError } from './APIError'
import { PasskeyError } from './PasskeyError'

/** Codes whose messages improve on the API's own, or that the API does not send. All others use the API's message. */
const OWN_MESSAGES = [
  'NETWORK_ERROR',
  'UNEXPECTED_RESPONSE',
  'USER_ALREADY_EXISTS',
  'INVALID_CREDENTIALS',
  'SESSION_EXPIRED',
  'SESSION_REVOKED',
  'NOT_AUTHENTICATED',
  'ANOTHER_USER',
  'REAUTHENTICATION_REQUIRED',
  'WRONG_PASSWORD',
  'WRONG_SECOND_FACTOR',
  'SIGN_IN_ENDED',
  'ACCOUNT_EXISTS',
  'EMAIL_NOT_VERIFIED_BY_PROVIDER',
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_REFUSED',
  'PROVIDER_ANSWER_INVALID',
  'PROVIDER_NOT_FOUND',
  'HANDSHAKE_FAILED',
  'ACCOUNT_DEACTIVATED',
  'IDENTITY_TAKEN',
  'LAST_SIGN_IN_METHOD',
  'TOO_MANY_ATTEMPTS',
  'TOO_MANY_REQUESTS',
  'INVALID_PASSKEY',
  'VALIDATION_FAILED',
  'DATABASE_UNAVAILABLE',
  'TOO_BUSY',
  'PERMISSION_DENIED',
  'VERSION_CHANGED',
  'JOB_NOT_FOUND',
  'REQUEST_IN_FLIGHT',
  'INTERNAL_ERROR',
] as const

/** Return the message to show for an error. */
export function errorMessage(error: unknown): string {
  if (error instanceof PasskeyError) return error.message
  if (error instanceof PageNotLoaded) return t('errors.notLoaded')
  if (!(error instanceof APIError)) return t('errors.unexpected')
  const sentence = ownMessage(error.code) ?? error.message
  return error.status === 429 && error.retryAfter
    ? t('errors.tryAgainIn', { sentence, duration: formatDuration(error.retryAfter) })
    : sentence
}

/** Return the message for an error code in a URL. */
export function codeMessage(code: string): string {
  return ownMessage(code) ?? t('errors.unexpected')
}

function ownMessage(code: string): string | undefined {
  const own = OWN_MESSAGES.find((name) => name === code)
  return own && t(`errors.codes.${own}`)
}
