import type { RouteLocationRaw, Router } from 'vue-router'

interface Connection {
  saveData?: boolean
}

/** Return whether pages may load before they are asked for: not when the user saves data. */
export function mayPrefetch(): boolean {
  const { saveData = false } = (navigator as { connection?: Connection }).connection ?? {}
  return !saveData && !matchMedia('(prefers-reduced-data: reduce)').matches
}

/** Load the code of a page. A failure is handled when the page is opened. */
export function prefetchCode(router: Router, to: RouteLocationRaw): void {
  for (const { components } of router.resolve(to).matched) {
    const page: unknown = components?.default
    if (typeof page === 'function') (page as () => Promise<unknown>)().catch(() => undefined)
  }
}
