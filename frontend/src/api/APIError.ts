import { isAxiosError } from 'axios'

import type { ErrorCode, ErrorDetailBody, ErrorResponse } from './generated/client'

/** Errors without a response in the API's own shape. */
export type TransportErrorCode = 'NETWORK_ERROR' | 'UNEXPECTED_RESPONSE'

interface Facts {
  status: number
  code: ErrorCode | TransportErrorCode
  internalCode: number
  message: string
  details: ErrorDetailBody[]
  requestId: string | null
  retryAfter: number | null
}

/** The statuses of a proxy while a process restarts, and of the API while it is overloaded. */
const TRANSIENT: readonly number[] = [502, 503, 504]

/** The error that API calls reject with. */
export class APIError extends Error {
  /** HTTP status; 0 without a response. */
  readonly status: number
  readonly code: ErrorCode | TransportErrorCode
  readonly internalCode: number
  readonly details: ErrorDetailBody[]
  readonly requestId: string | null
  /** Seconds to wait before a retry, or null. */
  readonly retryAfter: number | null

  constructor({ message, ...facts }: Facts) {
    super(message)
    this.name = 'APIError'
    this.status = facts.status
    this.code = facts.code
    this.internalCode = facts.internalCode
    this.details = facts.details
    this.requestId = facts.requestId
    this.retryAfter = facts.retryAfter
  }

  get isUnauthenticated(): boolean {
    return this.status === 401
  }

  get isTransport(): boolean {
    return this.code === 'NETWORK_ERROR' || this.code === 'UNEXPECTED_RESPONSE'
  }
}

/** Return whether the same call may succeed soon. */
export function isTransient(error: unknown): boolean {
  return error instanceof APIError && (error.code === 'NETWORK_ERROR' || TRANSIENT.includes(error.status))
}

/** Turn an Axios error into an APIError. Anything else is a bug and passes unchanged. */
export function toAPIError(failure: unknown): unknown {
  if (!isAxiosError<unknown>(failure)) return failure
  if (!failure.response) return transportError('NETWORK_ERROR', 0)
  const { status, data, headers } = failure.response
  return isErrorResponse(data)
    ? fromBody(status, data, secondsOf(headers['retry-after']))
    : transportError('UNEXPECTED_RESPONSE', status)
}

/** Read `Retry-After`; the API never sends it as a date. */
function secondsOf(header: unknown): number | null {
  const seconds = typeof header === 'string' ? parseInt(header, 10) : NaN
  return Number.isNaN(seconds) ? null : seconds
}

function fromBody(status: number, { error }: ErrorResponse, retryAfter: number | null): APIError {
  return new APIError({
    status,
    code: error.code,
    internalCode: error.internal_code,
    message: error.message,
    details: error.details,
    requestId: error.request_id,
    retryAfter,
  })
}

function transportError(code: TransportErrorCode, status: number): APIError {
  return new APIError({ status, code, internalCode: 0, message: code, details: [], requestId: null, retryAfter: null })
}

function isErrorResponse(data: unknown): data is ErrorResponse {
  return typeof data === 'object' && data !== null && 'error' in data
}
