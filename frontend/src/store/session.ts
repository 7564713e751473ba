import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

import { APIError, toAPIError } from '@/api/APIError'
import {
  getCurrentUser,
  type Permission,
  signOut as sendSignOut,
  signUp as sendSignUp,
  type SignUpRequest,
  type UserResponse,
} from '@/api/generated/client'
import { lastRenewal, renewSession } from '@/api/renewSession'
import { SLUG } from '@/product'
import { SIGNED_OUT } from '@/utils/sessionEnd'
import { readStored, writeStored } from '@/utils/storage'

/**
 * Id of the user who is signed in in this browser, for its other tabs. It is a hint, no proof: the API decides.
 * `SIGNED_OUT` tells that the user signed out; nothing is there when the session ended in another way.
 */
export const SIGNED_IN_KEY = `${SLUG}.signed-in`

/** A session that ended while its user was here. */
export interface EndedSession {
  userId: string
  email: string | undefined
  reason: string
}

/** Who uses this browser. The tokens are in cookies that scripts cannot read; here is only what the API says. */
export const useSessionStore = defineStore('session', () => {
  /** undefined until the API was asked, null for a guest. */
  const user = ref<UserResponse | null>()
  /** What the sign-in page explains. */
  const ended = ref<EndedSession | null>(null)
  const isSignedIn = computed(() => !!user.value)
  /** Whether a role of the user's grants nothing before they have a second factor. */
  const mustEnroll = computed(() => !!user.value?.withheld_roles.length)
  let checking: Promise<boolean> | undefined
  let nextCheck: Promise<boolean> | undefined

  /** Tell whether the user holds `permission`; hides what the API would refuse. */
  function can(permission: Permission): boolean {
    return user.value?.permissions.includes(permission) ?? false
  }

  /** Ask the API once who is signed in. */
  async function restore(): Promise<void> {
    if (user.value === undefined) await refresh()
  }

  /** Ask the API again who is signed in, after something has changed that it knows better. */
  async function refresh(): Promise<void> {
    const found = await currentUser()
    if (found) accept(found)
    else if (user.value !== null) forget()
  }

  /**
   * Find out whether this tab still shows the user whose cookies the browser has. A change from one user to another, and
   * to none, reaches the listeners of `apiClient`; returns whether a guest turns out to be signed in.
   */
  function check(): Promise<boolean> {
    if (!checking) return beginCheck()
    // What was asked before the cookies changed says nothing about now.
    nextCheck ??= checking.then(beginCheck)
    return nextCheck
  }

  function beginCheck(): Promise<boolean> {
    nextCheck = undefined
    checking = askAgain().finally(() => {
      checking = undefined
    })
    return checking
  }

  async function askAgain(): Promise<boolean> {
    const wasGuest = user.value === null
    if (user.value === undefined || (wasGuest && !knownUser())) return false
    const found = await getCurrentUser().catch(() => undefined)
    if (found) accept(found.data)
    return wasGuest && !!found
  }

  /** Take over what the API says about the user, who may just have signed in. */
  function accept(next: UserResponse): void {
    user.value = next
    ended.value = null
    writeStored(SIGNED_IN_KEY, next.id)
  }

  /** Sign up, and return what comes next where the API signs nobody in before an address is confirmed. */
  async function signUp(account: SignUpRequest): Promise<string | null> {
    const { data } = await sendSignUp(account)
    if ('message' in data) return data.message
    accept(data)
    return null
  }

  async function signOut(): Promise<void> {
    try {
      await sendSignOut()
    } catch (error) {
      // Then the session is over already.
      if (!(error instanceof APIError && error.isUnauthenticated)) throw error
    }
    forget(SIGNED_OUT)
  }

  /** Forget the user without asking the API, because the session is over there. */
  function forget(hint: string | null = null): void {
    user.value = null
    ended.value = null
    writeStored(SIGNED_IN_KEY, hint)
  }

  /** Forget the user, and remember why for the sign-in page. */
  function end(refusal?: string): void {
    const userId = user.value?.id ?? knownUser()
    const email = user.value?.email
    const hasSignedOut = readStored(SIGNED_IN_KEY) === SIGNED_OUT
    forget(hasSignedOut ? SIGNED_OUT : null)
    if (userId) ended.value = { userId, email, reason: hasSignedOut ? SIGNED_OUT : (refusal ?? 'SESSION_EXPIRED') }
  }

  return { user, ended, isSignedIn, mustEnroll, can, restore, refresh, check, accept, signUp, signOut, forget, end }
})

function knownUser(): string | null {
  const hint = readStored(SIGNED_IN_KEY)
  return hint === SIGNED_OUT ? null : hint
}

async function currentUser(): Promise<UserResponse | null> {
  if (!(await maybeSignedIn())) return null
  try {
    return (await getCurrentUser()).data
  } catch (error) {
    if (!(error instanceof APIError && error.isUnauthenticated)) throw error
    return null
  }
}

/**
 * Whether asking who it is makes sense. Where nobody is known to be signed in, the refresh cookie is tried first: that
 * is the one refusal that a guest gets, and it finds those whose browser has forgotten the hint.
 */
async function maybeSignedIn(): Promise<boolean> {
  if (knownUser()) return true
  try {
    return (await renewSession(lastRenewal())).isSignedIn
  } catch (failure) {
    throw toAPIError(failure)
  }
}
