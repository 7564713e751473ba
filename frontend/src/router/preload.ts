import { type RouteLocationNormalized, type Router, START_LOCATION } from 'vue-router'

import { mayBeSignedIn } from '@/store/session'

import { signInFor } from './guards'
import { HOME } from './navigation'
import { loadCode } from './prefetch'

/** Load the code of the first page while the guard waits for the session. */
export function preloadFirstPage(router: Router): void {
  const stop = router.beforeEach((to, from) => {
    stop()
    if (from === START_LOCATION) loadCode(likelyPage(router, to))
  })
}

/** Return the page that the guard will open if the browser's hint is right. */
function likelyPage(router: Router, to: RouteLocationNormalized): Pick<RouteLocationNormalized, 'matched'> {
  if (to.meta.requiresGuest && mayBeSignedIn()) return router.resolve({ name: HOME })
  return to.meta.requiresAuth && !mayBeSignedIn() ? router.resolve(signInFor(to)) : to
}
