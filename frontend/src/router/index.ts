import { createRouter, createWebHistory, type RouteLocationNormalized, type Router, START_LOCATION } from 'vue-router'

import { forgetLinkTokenBeside } from '@/utils/linkToken'

import { showAnchor } from './anchor'
import { handleFailures, withLoadFailures } from './failures'
import { focusHeading } from './focus'
import { guard } from './guards'
import { preloadFirstPage } from './preload'
import { routes } from './routes'
import { setPageTitle } from './title'

/** Create the router with its guards, titles and focus handling. */
export function makeRouter(history = createWebHistory()): Router {
  const router = createRouter({
    history,
    routes: withLoadFailures(routes),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- its replacement is still experimental
    scrollBehavior: (to, _from, saved) => saved ?? (showAnchor(to) ? false : { top: 0 }),
  })
  preloadFirstPage(router)
  router.beforeEach(guard)
  router.afterEach((to, from, failure) => {
    if (failure) return
    forgetLinkTokenBeside(to.path)
    setPageTitle(to.meta.title)
    if (isOtherPage(to, from)) focusHeading()
  })
  handleFailures(router)
  return router
}

function isOtherPage(to: RouteLocationNormalized, from: RouteLocationNormalized): boolean {
  return from !== START_LOCATION && to.path !== from.path
}
