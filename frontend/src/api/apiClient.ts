import axios, { type AxiosRequestConfig, isAxiosError } from 'axios'

import { toAPIError } from './APIError'
import { renewSession } from './renewSession'

declare module 'axios' {
  interface AxiosRequestConfig {
    /** When the request was first sent, in milliseconds since the epoch. */
    sentAt?: number
    isRetry?: boolean
  }
}

const TIMEOUT_MS = 20_000

export const apiClient = axios.create({ timeout: TIMEOUT_MS })

apiClient.interceptors.response.use(undefined, recover)

let notifySessionEnd = (): void => undefined

/** Call `listener` when a session is over: refused, and not to be renewed. */
export function onSessionEnd(listener: () => void): void {
  notifySessionEnd = listener
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

/** Renew the session once and send the request again, or reject with an APIError. */
async function recover(failure: unknown): Promise<unknown> {
  if (!isAxiosError(failure) || !failure.config || !wasRefusedAccess(failure)) throw toAPIError(failure)
  const { config } = failure
  if (!(await isRenewed(config.sentAt ?? 0))) {
    notifySessionEnd()
    throw toAPIError(failure)
  }
  return apiClient.request({ ...config, isRetry: true })
}

function wasRefusedAccess({
  config,
  response,
}: {
  config?: AxiosRequestConfig
  response?: { status: number }
}): boolean {
  // A 401 of the auth endpoints answers what was typed in; it says nothing about the session.
  return response?.status === 401 && !config?.isRetry && !config?.url?.startsWith('/api/auth/')
}

async function isRenewed(since: number): Promise<boolean> {
  try {
    return await renewSession(since)
  } catch (failure) {
    throw toAPIError(failure)
  }
}
