import { t } from '@/i18n'
import { PageNotLoaded } from '@/router/PageNotLoaded'
import { formatDuration } from '@/utils/dates'

import { APIError } from './APIError'
import { PasskeyError } from './PasskeyError'

/** Codes that the API does not send, puts into URLs, or of which the page knows more. All others have the API's message. */
const OWN_MESSAGES = [
  'NETWORK_ERROR',
  'UNEXPECTED_RESPONSE',
  'ANOTHER_USER',
  'REAUTHENTICATION_REQUIRED',
  'TOO_MANY_ATTEMPTS',
  'TOO_MANY_REQUESTS',
  'VALIDATION_FAILED',
  'ACCOUNT_EXISTS',
  'ACCOUNT_DEACTIVATED',
  'EMAIL_NOT_VERIFIED_BY_PROVIDER',
  'HANDSHAKE_FAILED',
  'IDENTITY_TAKEN',
  'PROVIDER_ANSWER_INVALID',
  'PROVIDER_NOT_FOUND',
  'PROVIDER_REFUSED',
  'PROVIDER_UNAVAILABLE',
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
