import type { RouteLocationNormalized, RouteLocationRaw, Router } from 'vue-router'

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
  loadCode(router.resolve(to))
}

/** Load the code of a resolved page. */
export function loadCode({ matched }: Pick<RouteLocationNormalized, 'matched'>): void {
  for (const { components } of matched) {
    const load: unknown = components?.default
    if (typeof load === 'function') (load as () => Promise<unknown>)().catch(() => undefined)
  }
}
