import axios, { type AxiosRequestConfig, isAxiosError } from 'axios'

import { locale } from '@/i18n'

import { apiAddress } from './address'
import { APIError, toAPIError } from './APIError'
import type { UserResponse } from './generated/client'
import { lastRenewal, type Renewal, renewSession } from './renewSession'
import { inTurn } from './versionedChanges'

declare module 'axios' {
  interface AxiosRequestConfig {
    /** The browser's last session renewal when the request was first sent. */
    renewal?: string | null
    /** Id of the user that the page showed at that time. */
    user?: string
    isRetry?: boolean
    isConfirmed?: boolean
  }
}

/** A request that may have changed something, and the answer. */
export interface Write {
  method: string
  url: string
  body: unknown
}

const TIMEOUT_MS = 20_000
/** The API prepares an exported list for up to a minute, and lets its download take ten. */
const EXPORT_TIMEOUT_MS = 11 * 60_000
/** The API refuses requests as any other user: another tab may have changed the cookies. */
const EXPECTED_USER = 'X-Expected-User'

export const apiClient = axios.create({ timeout: TIMEOUT_MS, withCredentials: true })

apiClient.interceptors.request.use((config) => {
  config.baseURL = apiAddress('')
  if (config.url?.endsWith('.csv')) config.timeout = EXPORT_TIMEOUT_MS
  config.headers.set('Accept-Language', locale.value)
  if (config.user !== undefined) config.headers.set(EXPECTED_USER, config.user)
  return config
})
apiClient.interceptors.response.use((response) => {
  const { method = 'get', url = '' } = response.config
  if (method !== 'get') notifyWrite({ method, url, body: response.data })
  return response
}, recover)

let userShown = (): string | undefined => undefined
let signInAgain: (refusal?: string) => Promise<boolean> = () => Promise.resolve(false)
let requireEnrollment = (): void => undefined
let notifyUserChange = (): void => undefined
let notifyWrite: (write: Write) => void = () => undefined
let confirmIdentity = (): Promise<boolean> => Promise.resolve(false)

/** Send every request as the user whose id `read` returns. */
export function sendAs(read: () => string | undefined): void {
  userShown = read
}

/**
 * Call `ask` with the API's error code when a session ends and cannot be renewed. It resolves to whether the same user
 * has signed in again; then calls that waited are sent again.
 */
export function onSessionEnd(ask: (refusal?: string) => Promise<boolean>): void {
  signInAgain = ask
}

/** Call `listener` when the user's role requires a second factor that they lack. */
export function onEnrollmentRequired(listener: () => void): void {
  requireEnrollment = listener
}

/** Call `listener` when the cookies belong to a different user than the page shows. */
export function onUserChange(listener: () => void): void {
  notifyUserChange = listener
}

/** Call `listener` after each request that may have changed something. */
export function onWrite(listener: (write: Write) => void): void {
  notifyWrite = listener
}

/** Call `ask` when a sensitive change requires recent authentication. It resolves to whether the user gave it. */
export function onReauthenticationRequired(ask: () => Promise<boolean>): void {
  confirmIdentity = ask
}

/** The error with which generated functions and hooks reject. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- the hooks name the body, which APIError has read
export type ErrorType<Body> = APIError

/**
 * Send a request and return the response body. Called by the generated functions.
 *
 * @throws APIError on any failure.
 */
export async function request<Body>(config: AxiosRequestConfig): Promise<Body> {
  const asShown = { ...config, user: userShown(), renewal: lastRenewal() }
  const response = await inTurn(asShown, (next) => apiClient.request<Body>(next))
  return response.data
}

/** Return the user that the cookies belong to, or null, without asking them to sign in. */
export async function findUser(): Promise<UserResponse | null> {
  const config = { url: '/api/users/me', user: userShown(), isRetry: true }
  return apiClient.request<{ data: UserResponse }>(config).then(
    ({ data }) => data.data,
    () => null,
  )
}

/** Renew the session or ask for a proof, once, then retry; or reject with an APIError. */
async function recover(failure: unknown): Promise<unknown> {
  const error = toAPIError(failure)
  if (!isAxiosError(failure) || !failure.config || !(error instanceof APIError)) throw error
  const { config } = failure
  if (error.code === 'ANOTHER_USER' && config.user === userShown()) notifyUserChange()
  if (error.code === 'NOT_AUTHENTICATED' && !config.isRetry) return withFreshSession(config, error)
  if (error.code === 'REAUTHENTICATION_REQUIRED' && !config.isConfirmed) return withFreshProof(config, error)
  if (error.code === 'MFA_ENROLLMENT_REQUIRED') requireEnrollment()
  throw error
}

async function withFreshSession(config: AxiosRequestConfig, refusal: APIError): Promise<unknown> {
  const { isSignedIn, refusal: reason } = await renewal(config.renewal ?? null)
  const isBack = isSignedIn || (config.user === userShown() && (await signInAgain(reason)))
  if (isBack) return apiClient.request({ ...config, isRetry: true })
  throw refusal
}

async function withFreshProof(config: AxiosRequestConfig, refusal: APIError): Promise<unknown> {
  if (await confirmIdentity()) return apiClient.request({ ...config, isConfirmed: true, renewal: lastRenewal() })
  throw refusal
}

async function renewal(since: string | null): Promise<Renewal> {
  try {
    return await renewSession(since)
  } catch (failure) {
    throw toAPIError(failure)
  }
}
