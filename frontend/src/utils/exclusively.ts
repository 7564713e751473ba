let lastInThisTab: Promise<unknown> = Promise.resolve()

/** Run `action` while nothing else runs under `name`, in any tab of this browser. */
export function exclusively<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
  // Browsers hide the lock manager from pages that came over plain http, localhost excepted.
  if ('locks' in navigator) return navigator.locks.request(name, action)
  const result = lastInThisTab.then(action)
  lastInThisTab = result.catch(() => undefined)
  return result
}
