import { PageNotLoaded } from '@/router/PageNotLoaded'
import { formatDuration } from '@/utils/dates'

import { APIError, type TransportErrorCode } from './APIError'
import type { ErrorCode } from './generated/client'
import { PasskeyError } from './PasskeyError'

/** Messages that improve on the API's own. All other codes use the API's message. */
const MESSAGES: Partial<Record<ErrorCode | TransportErrorCode, string>> = {
  NETWORK_ERROR: 'We can’t reach the server. Check your connection and try again.',
  UNEXPECTED_RESPONSE: 'We got an unexpected response. Please try again in a moment.',
  USER_ALREADY_EXISTS: 'An account with this email address already exists.',
  INVALID_CREDENTIALS: 'Wrong email address or password.',
  SESSION_EXPIRED: 'Your session has ended. Please sign in again.',
  SESSION_REVOKED: 'You have been signed out. Please sign in again.',
  NOT_AUTHENTICATED: 'Please sign in.',
  ANOTHER_USER: 'Another user is now signed in to this browser. We didn’t change anything.',
  REAUTHENTICATION_REQUIRED: 'We didn’t change anything, because you didn’t confirm that it’s you.',
  WRONG_PASSWORD: 'Wrong password.',
  WRONG_SECOND_FACTOR: 'That code or passkey is wrong or has already been used.',
  SIGN_IN_ENDED: 'That took too long, or there were too many attempts. Start again with your password.',
  ACCOUNT_EXISTS:
    'You already have an account with this address. Sign in, then link the other account in your settings.',
  EMAIL_NOT_VERIFIED_BY_PROVIDER:
    'The provider hasn’t confirmed your email address. Confirm it there, or sign up here.',
  PROVIDER_UNAVAILABLE: 'The provider isn’t responding. Try again in a moment, or sign in another way.',
  PROVIDER_REFUSED: 'The provider didn’t sign you in.',
  PROVIDER_ANSWER_INVALID: 'The provider sent an invalid response.',
  PROVIDER_NOT_FOUND: 'This provider isn’t available.',
  HANDSHAKE_FAILED: 'That took too long or started in another browser. Please try again.',
  ACCOUNT_DEACTIVATED: 'This account has been deactivated.',
  IDENTITY_TAKEN: 'That account is already linked to another user.',
  LAST_SIGN_IN_METHOD: 'This is your only way to sign in. Set a password first.',
  TOO_MANY_ATTEMPTS: 'Too many attempts.',
  TOO_MANY_REQUESTS: 'Too many requests.',
  INVALID_PASSKEY: 'We don’t recognise this passkey. It may have been removed from your account.',
  VALIDATION_FAILED: 'Check the highlighted fields.',
  DATABASE_UNAVAILABLE: 'The service is unavailable right now. Please try again in a moment.',
  TOO_BUSY: 'We’re very busy right now. Please try again in a moment.',
  PERMISSION_DENIED: 'You don’t have permission to do this.',
  VERSION_CHANGED: 'This has changed since you opened it. Reload the page to see the latest version.',
  JOB_NOT_FOUND: 'Job not found. Old jobs are deleted automatically.',
  REQUEST_IN_FLIGHT: 'We’re already saving this. Please wait a moment.',
  INTERNAL_ERROR: 'Something went wrong on our side. Please try again.',
}

export const UNEXPECTED = 'Something went wrong. Please try again.'

const NOT_LOADED = 'This didn’t load. Check your connection and try again.'

/** Return the message to show for an error. */
export function errorMessage(error: unknown): string {
  if (error instanceof PasskeyError) return error.message
  if (error instanceof PageNotLoaded) return NOT_LOADED
  if (!(error instanceof APIError)) return UNEXPECTED
  const sentence = MESSAGES[error.code] ?? error.message
  return error.status === 429 && error.retryAfter
    ? `${sentence} Try again in ${formatDuration(error.retryAfter)}.`
    : sentence
}

/** Return the message for an error code in a URL. */
export function codeMessage(code: string): string {
  return MESSAGES[code as ErrorCode] ?? UNEXPECTED
}
