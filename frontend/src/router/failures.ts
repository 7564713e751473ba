import { type Router, type RouteRecordRaw, START_LOCATION } from 'vue-router'

import { reportError } from '@/api/reportError'
import { usePageStore } from '@/store/page'
import { loadDocument } from '@/utils/page'

import { loading } from './PageNotLoaded'

const TIMEOUT_MS = 5000

type Server = 'out of reach' | 'same release' | 'other release'

/** Return the routes, which say it in one way when the code of a page does not load. */
export function withLoadFailures(routes: RouteRecordRaw[]): RouteRecordRaw[] {
  return routes.map((route) => ({
    ...route,
    ...(typeof route.component === 'function' && { component: loading(route.component as () => Promise<never>) }),
    ...(route.children && { children: withLoadFailures(route.children) }),
  })) as RouteRecordRaw[]
}

/**
 * Keep the application when a page does not open.
 *
 * A new release has other files: then the page is loaded afresh, with the new code. That never repeats itself, because
 * what fails on the first page of a document is only shown. In every other case the present page stays.
 */
export function handleFailures(router: Router): void {
  router.onError(async (error, to, from) => {
    reportError(error)
    const isFirst = from === START_LOCATION
    if (!isFirst && (await askServer()) === 'other release') loadDocument(to.fullPath)
    else usePageStore().fail({ path: to.fullPath, isFirst })
  })
}

/** Open a page again that did not open. A browser may remember that a file is missing, so a new document is the last resort. */
export async function tryAgain(router: Router, path: string): Promise<void> {
  const page = usePageStore()
  const isFirst = page.failure?.isFirst ?? false
  if (!isFirst && (await tryOpen(router, path))) return
  if ((await askServer()) === 'out of reach') page.fail({ path, isFirst })
  else loadDocument(path)
}

async function tryOpen(router: Router, path: string): Promise<boolean> {
  usePageStore().dismiss()
  return router.push(path).then(
    () => true,
    () => false,
  )
}

/** Find out whether the server answers, and whether with the release that this document came from. */
async function askServer(): Promise<Server> {
  try {
    const response = await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) })
    const served = entryOf(new DOMParser().parseFromString(await response.text(), 'text/html'))
    // Another server's page, such as a hotel's, has no entry of ours.
    if (!response.ok || served === null) return 'out of reach'
    return served === entryOf(document) ? 'same release' : 'other release'
  } catch {
    return 'out of reach'
  }
}

/** Return the script that a page of ours begins with; its name has a checksum of the release. */
function entryOf(page: Document): string | null {
  return page.querySelector('script[type="module"][src]')?.getAttribute('src') ?? null
}
