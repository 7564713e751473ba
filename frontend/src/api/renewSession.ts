import axios, { isAxiosError } from 'axios'

import { SLUG } from '@/product'
import { exclusively } from '@/utils/exclusively'
import { randomId } from '@/utils/random'
import { readStored, writeStored } from '@/utils/storage'

import { apiAddress } from './address'
import { APIError, toAPIError } from './APIError'

const KEY = `${SLUG}.session-renewal`

/** Result of a renewal. `refusal` is the API's error code if the session has ended. */
export interface Renewal {
  isSignedIn: boolean
  refusal?: string
}

/**
 * Return an opaque mark of this browser's last renewal, for `renewSession`.
 *
 * Not a timestamp: after a clock correction, a renewal "in the future" would count as the newest for hours.
 */
export function lastRenewal(): string | null {
  return readStored(KEY)
}

/**
 * Exchange the refresh cookie for new cookies and return whether the session is alive.
 *
 * One request at a time per browser, not per tab: a refresh token works once, and reusing an old one ends the
 * session. Callers that waited for the lock reuse the result of a renewal that finished after `since`.
 */
export function renewSession(since: string | null): Promise<Renewal> {
  return exclusively(KEY, async () => {
    const last = lastRenewal()
    const takenOver = last === since ? null : parse(last)
    if (takenOver) return takenOver
    return record(await exchangeRefreshCookie())
  })
}

/** Record that the user has signed in, so that no call fails for the session that ended before. */
export function recordSignIn(): void {
  record({ isSignedIn: true })
}

function record(renewal: Renewal): Renewal {
  writeStored(KEY, JSON.stringify({ id: randomId(), ...renewal }))
  return renewal
}

async function exchangeRefreshCookie(): Promise<Renewal> {
  try {
    await axios.post(apiAddress('/api/auth/refresh'), undefined, { withCredentials: true })
    return { isSignedIn: true }
  } catch (failure) {
    // Only a 401 ends the session; an unreachable API must not sign the user out.
    if (!isAxiosError(failure) || failure.response?.status !== 401) throw failure
    const error = toAPIError(failure)
    return { isSignedIn: false, refusal: error instanceof APIError ? error.code : undefined }
  }
}

function parse(text: string | null): Renewal | null {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Renewal> | null
    return typeof value?.isSignedIn === 'boolean' ? { isSignedIn: value.isSignedIn, refusal: value.refusal } : null
  } catch {
    return null
  }
}
