import { type Router, type RouteRecordRaw, START_LOCATION } from 'vue-router'

import { reportError } from '@/api/reportError'
import { usePageStore } from '@/store/page'
import { loadDocument } from '@/utils/page'

import { loading } from './PageNotLoaded'

const TIMEOUT_MS = 5000

type Server = 'out of reach' | 'same release' | 'other release'

/** Return the routes, rejecting with PageNotLoaded when a page's code does not load. */
export function withLoadFailures(routes: RouteRecordRaw[]): RouteRecordRaw[] {
  return routes.map((route) => ({
    ...route,
    ...(typeof route.component === 'function' && { component: loading(route.component as () => Promise<never>) }),
    ...(route.children && { children: withLoadFailures(route.children) }),
  })) as RouteRecordRaw[]
}

/**
 * Handle pages that fail to load.
 *
 * After a new release, load the document again to get the new code. This cannot loop, because a failure on the first
 * page of a document is only shown. In all other cases the current page stays.
 */
export function handleFailures(router: Router): void {
  router.onError(async (error, to, from) => {
    reportError(error)
    const isFirst = from === START_LOCATION
    const server = await askServer()
    if (!isFirst && server === 'other release') loadDocument(to.fullPath)
    else usePageStore().fail({ path: to.fullPath, isFirst, isOutage: server === 'out of reach' })
  })
}

/** Retry a page that failed to load. A browser may cache a missing file, so a new document is the last resort. */
export async function tryAgain(router: Router, path: string): Promise<void> {
  const page = usePageStore()
  const isFirst = page.failure?.isFirst ?? false
  if (!isFirst && (await tryOpen(router, path))) return
  if (await isServerReachable()) loadDocument(path)
  else page.fail({ path, isFirst, isOutage: true })
}

/** Return whether the server serves the application. */
export async function isServerReachable(): Promise<boolean> {
  return (await askServer()) !== 'out of reach'
}

async function tryOpen(router: Router, path: string): Promise<boolean> {
  usePageStore().dismiss()
  return router.push(path).then(
    () => true,
    () => false,
  )
}

/** Return whether the server is reachable and still serves this document's release. */
async function askServer(): Promise<Server> {
  try {
    const response = await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) })
    const served = entryOf(new DOMParser().parseFromString(await response.text(), 'text/html'))
    // A captive portal's page does not have our entry script.
    if (!response.ok || served === null) return 'out of reach'
    return served === entryOf(document) ? 'same release' : 'other release'
  } catch {
    return 'out of reach'
  }
}

/** Return the entry script of a page, whose name contains a hash of the release. */
function entryOf(page: Document): string | null {
  return page.querySelector('script[type="module"][src]')?.getAttribute('src') ?? null
}
