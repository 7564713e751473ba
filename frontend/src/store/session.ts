import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'

import { APIError, toAPIError } from '@/api/APIError'
import {
  getCurrentUser,
  type Permission,
  signOut as sendSignOut,
  signUp as sendSignUp,
  type SignUpRequest,
  type UserResponse,
} from '@/api/generated/client'
import { renewSession } from '@/api/renewSession'
import { readStored, writeStored } from '@/utils/storage'

/** Set while somebody is signed in in this browser. It is a hint, no proof: the API decides. */
export const SIGNED_IN_KEY = 'lamina.signed-in'

/** Who uses this browser. The tokens are in cookies that scripts cannot read; here is only what the API says. */
export const useSessionStore = defineStore('session', () => {
  /** undefined until the API was asked, null for a guest. */
  const user = ref<UserResponse | null>()
  const isSignedIn = computed(() => !!user.value)
  /** Whether a role of the user's grants nothing before they have a second factor. */
  const mustEnroll = computed(() => !!user.value?.withheld_roles.length)

  /** Tell whether the user holds `permission`; hides what the API would refuse. */
  function can(permission: Permission): boolean {
    return user.value?.permissions.includes(permission) ?? false
  }

  /** Ask the API once who is signed in. */
  async function restore(): Promise<void> {
    if (user.value === undefined) user.value = await currentUser()
  }

  /** Ask the API again who is signed in, after something has changed that it knows better. */
  async function refresh(): Promise<void> {
    user.value = await currentUser()
  }

  /** Take over what the API says about the user, who may just have signed in. */
  function accept(next: UserResponse): void {
    user.value = next
  }

  /** Sign up, and return what comes next where the API signs nobody in before an address is confirmed. */
  async function signUp(account: SignUpRequest): Promise<string | null> {
    const { data } = await sendSignUp(account)
    if ('message' in data) return data.message
    user.value = data
    return null
  }

  async function signOut(): Promise<void> {
    await sendSignOut()
    forget()
  }

  /** Forget the user without asking the API, because the session is over there. */
  function forget(): void {
    user.value = null
  }

  watch(user, (next) => {
    writeStored(SIGNED_IN_KEY, next ? 'yes' : null)
  })

  return { user, isSignedIn, mustEnroll, can, restore, refresh, accept, signUp, signOut, forget }
})

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
  if (readStored(SIGNED_IN_KEY)) return true
  try {
    return await renewSession(Date.now())
  } catch (failure) {
    throw toAPIError(failure)
  }
}
