import axios, { type AxiosRequestConfig, isAxiosError } from 'axios'

import { APIError, toAPIError } from './APIError'
import { renewSession } from './renewSession'

declare module 'axios' {
  interface AxiosRequestConfig {
    /** When the request was first sent, in milliseconds since the epoch. */
    sentAt?: number
    isRetry?: boolean
    isConfirmed?: boolean
  }
}

const TIMEOUT_MS = 20_000

export const apiClient = axios.create({ timeout: TIMEOUT_MS })

apiClient.interceptors.response.use(undefined, recover)

let notifySessionEnd = (): void => undefined
let requireEnrollment = (): void => undefined
let confirmIdentity = (): Promise<boolean> => Promise.resolve(false)

/** Call `listener` when a session is over: refused, and not to be renewed. */
export function onSessionEnd(listener: () => void): void {
  notifySessionEnd = listener
}

/** Call `listener` when the user's role grants nothing before they have a second factor. */
export function onEnrollmentRequired(listener: () => void): void {
  requireEnrollment = listener
}

/** Call `ask` when a sensitive change needs a fresh proof of who one is; it tells whether the proof was given. */
export function onReauthenticationRequired(ask: () => Promise<boolean>): void {
  confirmIdentity = ask
}

/**
 * Send a request and return the body of the answer; the generated functions call this.
 *
 * @throws APIError whatever goes wrong.
 */
export async function request<Body>(config: AxiosRequestConfig): Promise<Body> {
  const response = await apiClient.request<Body>({ sentAt: Date.now(), ...config })
  return response.data
}

/** Do what a refusal asks for, once, and send the request again; or reject with an APIError. */
async function recover(failure: unknown): Promise<unknown> {
  const error = toAPIError(failure)
  if (!isAxiosError(failure) || !failure.config || !(error instanceof APIError)) throw error
  const { config } = failure
  if (error.code === 'NOT_AUTHENTICATED' && !config.isRetry) return withFreshSession(config, error)
  if (error.code === 'REAUTHENTICATION_REQUIRED' && !config.isConfirmed) return withFreshProof(config, error)
  if (error.code === 'MFA_ENROLLMENT_REQUIRED') requireEnrollment()
  throw error
}

async function withFreshSession(config: AxiosRequestConfig, refusal: APIError): Promise<unknown> {
  if (await isRenewed(config.sentAt ?? 0)) return apiClient.request({ ...config, isRetry: true })
  notifySessionEnd()
  throw refusal
}

async function withFreshProof(config: AxiosRequestConfig, refusal: APIError): Promise<unknown> {
  if (await confirmIdentity()) return apiClient.request({ ...config, isConfirmed: true, sentAt: Date.now() })
  throw refusal
}

async function isRenewed(since: number): Promise<boolean> {
  try {
    return await renewSession(since)
  } catch (failure) {
    throw toAPIError(failure)
  }
}
