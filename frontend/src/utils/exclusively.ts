let lastInThisTab: Promise<unknown> = Promise.resolve()

/** Run `action` exclusively under `name`, across all tabs of this browser. */
export function exclusively<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
  // Browsers only offer locks over HTTPS and on localhost.
  if ('locks' in navigator) return navigator.locks.request(name, action)
  const result = lastInThisTab.then(action)
  lastInThisTab = result.catch(() => undefined)
  return result
}
