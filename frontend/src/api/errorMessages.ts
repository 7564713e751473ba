import { PageNotLoaded } from '@/router/PageNotLoaded'
import { formatDuration } from '@/utils/dates'

import { APIError, type TransportErrorCode } from './APIError'
import type { ErrorCode } from './generated/client'
import { PasskeyError } from './PasskeyError'

/** What the API's own sentence cannot know or says less well; every other code falls back to that sentence. */
const MESSAGES: Partial<Record<ErrorCode | TransportErrorCode, string>> = {
  NETWORK_ERROR: 'We cannot reach the server. Check your connection and try again.',
  UNEXPECTED_RESPONSE: 'The server gave an answer that we do not understand. Please try again in a moment.',
  USER_ALREADY_EXISTS: 'There is an account with this e-mail address already.',
  INVALID_CREDENTIALS: 'Wrong email address or password.',
  SESSION_EXPIRED: 'Your session has ended. Please sign in again.',
  SESSION_REVOKED: 'You have been signed out. Please sign in again.',
  NOT_AUTHENTICATED: 'Please sign in first.',
  ANOTHER_USER: 'Another user is now signed in to this browser. Nothing was changed.',
  REAUTHENTICATION_REQUIRED: 'Nothing was changed, because it was not confirmed that it is you.',
  WRONG_PASSWORD: 'This is not your password.',
  WRONG_SECOND_FACTOR: 'That code or passkey is wrong or has already been used.',
  SIGN_IN_ENDED: 'This took too long, or there were too many tries. Please start again with your password.',
  ACCOUNT_EXISTS:
    'There is an account with this address already. Sign in with your password, then link the other one on the account page.',
  EMAIL_NOT_VERIFIED_BY_PROVIDER: 'The provider has not confirmed your address. Confirm it there, or sign up here.',
  PROVIDER_UNAVAILABLE: 'The provider does not answer right now. Try again in a moment, or sign in another way.',
  PROVIDER_REFUSED: 'The provider did not sign you in.',
  PROVIDER_ANSWER_INVALID: 'The provider gave an answer that we cannot accept.',
  PROVIDER_NOT_FOUND: 'This provider is not offered.',
  HANDSHAKE_FAILED: 'This took too long, or was begun in another browser. Please try again.',
  ACCOUNT_DEACTIVATED: 'This account is deactivated.',
  IDENTITY_TAKEN: 'That account is linked to somebody already.',
  LAST_SIGN_IN_METHOD: 'This is your only way to sign in. Set a password first.',
  TOO_MANY_ATTEMPTS: 'There were too many tries.',
  TOO_MANY_REQUESTS: 'There were too many requests.',
  INVALID_PASSKEY: 'We do not know this passkey. It may have been removed from the account.',
  VALIDATION_FAILED: 'Please check what you entered.',
  DATABASE_UNAVAILABLE: 'The service is not available right now. Please try again in a moment.',
  TOO_BUSY: 'The service is very busy right now. Please try again in a moment.',
  PERMISSION_DENIED: 'You may not do this.',
  POST_NOT_FOUND: 'This post is not there. It may have been deleted, or it is a draft of somebody else.',
  POST_CHANGED: 'This post has changed since you opened it. Load the page again to see how.',
  JOB_NOT_FOUND: 'This job is not there. It may have been deleted, by hand or because it ended long ago.',
  REQUEST_IN_FLIGHT: 'This is being saved already. Please wait a moment.',
  INTERNAL_ERROR: 'Something went wrong on our side. Please try again.',
}

export const UNEXPECTED = 'Something went wrong. Please try again.'

const NOT_LOADED = 'This did not load. Check your connection and try again.'

/** Return the sentence to show for whatever a call was rejected with. */
export function errorMessage(error: unknown): string {
  if (error instanceof PasskeyError) return error.message
  if (error instanceof PageNotLoaded) return NOT_LOADED
  if (!(error instanceof APIError)) return UNEXPECTED
  const sentence = MESSAGES[error.code] ?? error.message
  return error.status === 429 && error.retryAfter
    ? `${sentence} Try again in ${formatDuration(error.retryAfter)}.`
    : sentence
}

/** Return the sentence for an error that reached us as a code in an address. */
export function codeMessage(code: string): string {
  return MESSAGES[code as ErrorCode] ?? UNEXPECTED
}
