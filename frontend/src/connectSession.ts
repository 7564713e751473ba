import { watch } from 'vue'
import type { Router } from 'vue-router'

import { t } from '@/i18n'
import { SLUG } from '@/product'

import { findUser, onReauthenticationRequired, onSessionEnd, onUserChange, sendAs } from './api/apiClient'
import { hasUnsavedChanges } from './composables/useLeaveGuard'
import { signInFor } from './router/guards'
import { useSnackbarStore } from './store/snackbar'
import { usePageStore } from './store/page'
import { useReauthenticationStore } from './store/reauthentication'
import { endReason, SIGNED_IN_KEY, useSessionStore } from './store/session'
import { useSignInAgainStore } from './store/signInAgain'
import { loadDocument } from './utils/page'
import { sessionEndMessage, SIGNED_OUT } from './utils/sessionEnd'
import { readStored, writeStored } from './utils/storage'

const CHANGED_KEY = `${SLUG}.user-changed`

/**
 * Keep this page in step with session changes in other tabs and at the API. Returns a function that stops it.
 *
 * Tabs share cookies. Each tab sends the id of the user it shows, and checks again whenever the cookies may have
 * changed.
 */
export function connectSession(router: Router): () => void {
  sendAs(() => useSessionStore().user?.id)
  onReauthenticationRequired(() => useReauthenticationStore().ask(undefined))
  onSessionEnd((refusal) => handleSessionEnd(router, refusal))
  onUserChange(() => {
    reloadAsOtherUser(router)
  })
  announceNewUser()
  return watchSession(router)
}

/**
 * Ask the user to sign in over the page if it holds unsaved text, and leave it otherwise. Returns whether they are signed
 * in again. A sign-out in another tab is meant for this one as well.
 */
async function handleSessionEnd(router: Router, refusal?: string): Promise<boolean> {
  const reason = endReason(refusal)
  const isWriting = hasUnsavedChanges() && reason !== SIGNED_OUT
  if (isWriting && (await useSignInAgainStore().ask(reason))) return true
  // Another call may have left the page meanwhile.
  if (useSessionStore().user !== null) await leaveSession(router, reason)
  return false
}

/** Go to the sign-in page, which explains why. A page that guests may see stays and reloads as a guest. */
async function leaveSession(router: Router, reason: string): Promise<void> {
  const session = useSessionStore()
  const page = router.currentRoute.value
  const mustLeave = page.meta.requiresAuth ?? hasUnsavedChanges()
  session.end(reason)
  if (mustLeave) await router.replace(signInFor(page))
  else if (session.ended && page.meta.welcomesGuests) {
    usePageStore().remount()
    useSnackbarStore().info(t('signIn.ended.asGuest', { why: sessionEndMessage(session.ended.reason) }))
  }
}

/** Reload, so that nothing of the previous user stays in memory. */
function reloadAsOtherUser(router: Router, address?: string): void {
  writeStored(CHANGED_KEY, 'yes', 'session')
  loadDocument(address ?? (router.currentRoute.value.meta.requiresPermission ? '/' : undefined))
}

/** After `reloadAsOtherUser`, tell the user who is signed in. */
function announceNewUser(): void {
  if (!readStored(CHANGED_KEY, 'session')) return
  writeStored(CHANGED_KEY, null, 'session')
  const session = useSessionStore()
  const stop = watch(
    () => session.user,
    (user) => {
      if (user) useSnackbarStore().info(t('signIn.ended.otherUser', { email: user.email }))
      if (user !== undefined) stop()
    },
  )
}

function watchSession(router: Router): () => void {
  const ending = new AbortController()
  const { signal } = ending
  const look = () => void checkUser(router)

  document.addEventListener('visibilitychange', look, { signal })
  addEventListener('focus', look, { signal })
  addEventListener('online', look, { signal })
  // The browser may restore the page from its back/forward cache.
  addEventListener('pageshow', look, { signal })
  addEventListener(
    'storage',
    ({ key, newValue }) => {
      const isShown = newValue === (useSessionStore().user?.id ?? null) && !useSignInAgainStore().isAsking
      if (key === null || (key === SIGNED_IN_KEY && !isShown)) look()
    },
    { signal },
  )
  return () => {
    ending.abort()
  }
}

async function checkUser(router: Router): Promise<void> {
  if (document.hidden) return
  if (useSignInAgainStore().isAsking) return takeOverSignIn()
  const session = useSessionStore()
  const lastUser = session.ended?.userId
  if (!(await session.check())) return
  const { meta } = router.currentRoute.value
  if (lastUser && lastUser !== session.user?.id) reloadAsOtherUser(router, '/')
  else if (meta.requiresGuest || meta.welcomesGuests) loadDocument()
}

/** Go on if the user has signed in again in another tab. */
async function takeOverSignIn(): Promise<void> {
  if (await findUser()) useSignInAgainStore().settle(true)
}
