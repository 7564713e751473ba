import { APIError, type TransportErrorCode } from './APIError'
import type { ErrorCode } from './generated/client'

/** What the API's own sentence cannot know or says less well; every other code falls back to that sentence. */
const SENTENCES: Partial<Record<ErrorCode | TransportErrorCode, string>> = {
  NETWORK_ERROR: 'We cannot reach the server. Check your connection and try again.',
  UNEXPECTED_RESPONSE: 'The server gave an answer that we do not understand. Please try again in a moment.',
  USER_ALREADY_EXISTS: 'There is an account with this e-mail address already.',
  INVALID_CREDENTIALS: 'The e-mail address or the password is wrong.',
  SESSION_EXPIRED: 'Your session has ended. Please sign in again.',
  NOT_AUTHENTICATED: 'Please sign in first.',
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

const UNEXPECTED = 'Something went wrong. Please try again.'

/** Return the sentence to show for whatever a call was rejected with. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof APIError)) return UNEXPECTED
  return SENTENCES[error.code] ?? error.message
}
