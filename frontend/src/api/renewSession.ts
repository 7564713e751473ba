import axios, { isAxiosError } from 'axios'

import { exclusively } from '@/utils/exclusively'
import { readStored, writeStored } from '@/utils/storage'

const KEY = 'lamina.session-renewal'

interface Renewal {
  endedAt: number
  isSignedIn: boolean
}

/**
 * Exchange the refresh cookie for fresh cookies and tell whether there is still a session.
 *
 * One request is in flight per browser, not per tab: a refresh token works once, and using an old one ends the
 * session. Whoever waited for the lock takes over the result of a renewal that ended after `since`.
 */
export function renewSession(since: number): Promise<boolean> {
  return exclusively(KEY, async () => {
    const last = lastRenewal()
    if (last && last.endedAt >= since) return last.isSignedIn
    const isSignedIn = await exchangeRefreshCookie()
    writeStored(KEY, JSON.stringify({ endedAt: Date.now(), isSignedIn } satisfies Renewal))
    return isSignedIn
  })
}

async function exchangeRefreshCookie(): Promise<boolean> {
  try {
    await axios.post('/api/auth/refresh')
    return true
  } catch (failure) {
    // Only a 401 says that the session is over; an API out of reach must not sign anybody out.
    if (isAxiosError(failure) && failure.response?.status === 401) return false
    throw failure
  }
}

function lastRenewal(): Renewal | null {
  const stored = readStored(KEY)
  return stored ? (JSON.parse(stored) as Renewal) : null
}
