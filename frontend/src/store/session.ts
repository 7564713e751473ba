import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

import { APIError } from '@/api/APIError'
import {
  getCurrentUser,
  type Permission,
  signIn as sendSignIn,
  type SignInRequest,
  signOut as sendSignOut,
  signUp as sendSignUp,
  type SignUpRequest,
  type UserResponse,
} from '@/api/generated/client'

/** Who uses this browser. The tokens are in cookies that scripts cannot read; here is only what the API says. */
export const useSessionStore = defineStore('session', () => {
  /** undefined until the API was asked, null for a guest. */
  const user = ref<UserResponse | null>()
  const isSignedIn = computed(() => !!user.value)

  /** Tell whether the user holds `permission`; hides what the API would refuse. */
  function can(permission: Permission): boolean {
    return user.value?.permissions.includes(permission) ?? false
  }

  /** Ask the API once who is signed in. */
  async function restore(): Promise<void> {
    if (user.value !== undefined) return
    try {
      user.value = (await getCurrentUser()).data
    } catch (error) {
      if (!(error instanceof APIError && error.isUnauthenticated)) throw error
      user.value = null
    }
  }

  /** Sign up, and return what comes next where the API signs nobody in before an address is confirmed. */
  async function signUp(account: SignUpRequest): Promise<string | null> {
    const { data } = await sendSignUp(account)
    if ('message' in data) return data.message
    user.value = data
    return null
  }

  async function signIn(credentials: SignInRequest): Promise<void> {
    user.value = (await sendSignIn(credentials)).data
  }

  async function signOut(): Promise<void> {
    await sendSignOut()
    forget()
  }

  /** Forget the user without asking the API, because the session is over there. */
  function forget(): void {
    user.value = null
  }

  return { user, isSignedIn, can, restore, signUp, signIn, signOut, forget }
})
