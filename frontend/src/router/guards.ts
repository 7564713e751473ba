import type { NavigationGuardReturn, RouteLocationNormalized, RouteLocationRaw } from 'vue-router'

import { useSessionStore } from '@/store/session'
import { safeRedirect } from '@/utils/redirect'

import { HOME } from './navigation'

/** Allow a navigation or return its redirect. */
export async function guard(to: RouteLocationNormalized): Promise<NavigationGuardReturn> {
  if (!needsSession(to)) return true
  const session = useSessionStore()
  try {
    await session.restore()
  } catch {
    return { name: 'unavailable', query: { redirect: to.fullPath } }
  }
  if (to.meta.requiresGuest && session.isSignedIn)
    return to.query.redirect ? safeRedirect(to.query.redirect) : { name: HOME }
  if (to.meta.requiresAuth && !session.isSignedIn) return signInFor(to)
  const permission = to.meta.requiresPermission
  if (!permission || session.can(permission)) return true
  return session.mustEnroll ? { name: 'account-two-factor' } : forbiddenAt(to)
}

/** Return the sign-in page that redirects back to `to`. */
export function signInFor(to: RouteLocationNormalized): RouteLocationRaw {
  return { name: 'sign-in', query: { redirect: to.fullPath } }
}

function needsSession({ meta }: RouteLocationNormalized): boolean {
  return [meta.welcomesGuests, meta.requiresAuth, meta.requiresGuest, meta.requiresPermission].some(Boolean)
}

/** Say at the requested URL which permission is missing. */
function forbiddenAt({ path, query, hash }: RouteLocationNormalized): RouteLocationRaw {
  return { name: 'forbidden', params: { address: path.slice(1).split('/') }, query, hash }
}
