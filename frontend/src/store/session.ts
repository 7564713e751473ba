import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

import { isApiElsewhere } from '@/api/address'
import { APIError } from '@/api/APIError'
import {
  getCurrentUser,
  type Permission,
  signOut as sendSignOut,
  signUp as sendSignUp,
  type SignUpRequest,
  type UserResponse,
} from '@/api/generated/client'
import { recordSignIn } from '@/api/renewSession'
import { SLUG } from '@/product'
import { SIGNED_OUT } from '@/utils/sessionEnd'
import { hasSessionMark, removeSessionMark } from '@/utils/sessionMark'
import { readStored, writeStored } from '@/utils/storage'

/**
 * Id of the user who is signed in to this browser, shared between tabs. Only a hint: the API decides. `SIGNED_OUT`
 * after a sign-out, absent when the session ended in another way.
 */
export const SIGNED_IN_KEY = `${SLUG}.signed-in`

/** A session that ended while the page was open. */
export interface EndedSession {
  userId: string
  email: string | undefined
  reason: string
}

/** The signed-in user. Tokens are in HTTP-only cookies, not here. */
export const useSessionStore = defineStore('session', () => {
  /** undefined until the API has answered, null for a guest. */
  const user = ref<UserResponse | null>()
  /** Explained on the sign-in page. */
  const ended = ref<EndedSession | null>(null)
  const isSignedIn = computed(() => !!user.value)
  /** Whether one of the user's roles requires a second factor that they lack. */
  const mustEnroll = computed(() => !!user.value?.withheld_roles.length)
  let checking: Promise<boolean> | undefined
  let nextCheck: Promise<boolean> | undefined

  /** Return whether the user has `permission`. Hides actions that the API would refuse. */
  function can(permission: Permission): boolean {
    return user.value?.permissions.includes(permission) ?? false
  }

  /** Load the user once. */
  async function restore(): Promise<void> {
    if (user.value === undefined) await refresh()
  }

  /** Reload the user. */
  async function refresh(): Promise<void> {
    const found = await currentUser()
    if (found) accept(found)
    else if (user.value !== null) forget()
  }

  /**
   * Check whether this tab still shows the user that the cookies belong to. The listeners of `apiClient` hear of another
   * user or of none. Returns whether a guest has signed in.
   */
  function check(): Promise<boolean> {
    if (!checking) return beginCheck()
    // A check that started before the cookies changed is out of date.
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
    if (user.value === undefined || (wasGuest && !mayBeSignedIn())) return false
    const found = await getCurrentUser().catch(() => undefined)
    if (found) accept(found.data)
    return wasGuest && !!found
  }

  /** Set the user, who has just signed in. */
  function enter(next: UserResponse): void {
    recordSignIn()
    accept(next)
  }

  /** Set the user, or what is new about them. */
  function accept(next: UserResponse): void {
    user.value = next
    ended.value = null
    writeStored(SIGNED_IN_KEY, next.id)
  }

  /** Sign up. Returns the next step if the API requires a confirmed address before the first sign-in. */
  async function signUp(account: SignUpRequest): Promise<string | null> {
    const { data } = await sendSignUp(account)
    if ('message' in data) return data.message
    enter(data)
    return null
  }

  async function signOut(): Promise<void> {
    try {
      await sendSignOut()
    } catch (error) {
      // The session has already ended.
      if (!(error instanceof APIError && error.isUnauthenticated)) throw error
    }
    forget(SIGNED_OUT)
  }

  /** Clear the user without calling the API, because the session has ended there. */
  function forget(hint: string | null = null): void {
    user.value = null
    ended.value = null
    writeStored(SIGNED_IN_KEY, hint)
    removeSessionMark()
  }

  /** Clear the user and keep the reason for the sign-in page. */
  function end(refusal?: string): void {
    const userId = user.value?.id ?? knownUser()
    const email = user.value?.email
    const reason = endReason(refusal)
    forget(reason === SIGNED_OUT ? SIGNED_OUT : null)
    if (userId) ended.value = { userId, email, reason }
  }

  return {
    user,
    ended,
    isSignedIn,
    mustEnroll,
    can,
    restore,
    refresh,
    check,
    enter,
    accept,
    signUp,
    signOut,
    forget,
    end,
  }
})

/** Return why the session ended: the user signed out in another tab, or what the API says. */
export function endReason(refusal?: string): string {
  return readStored(SIGNED_IN_KEY) === SIGNED_OUT ? SIGNED_OUT : (refusal ?? 'SESSION_EXPIRED')
}

function knownUser(): string | null {
  const hint = readStored(SIGNED_IN_KEY)
  return hint === SIGNED_OUT ? null : hint
}

async function currentUser(): Promise<UserResponse | null> {
  if (!mayBeSignedIn() && !isApiElsewhere()) return null
  try {
    return (await getCurrentUser()).data
  } catch (error) {
    if (!(error instanceof APIError && error.isUnauthenticated)) throw error
    return null
  }
}

/**
 * Return whether a user may be signed in to this browser: guests ask the API nothing. Without the API's mark, only users
 * who signed in on this page are known, so that a page elsewhere asks when it opens.
 */
export function mayBeSignedIn(): boolean {
  return knownUser() !== null || hasSessionMark()
}
