/** Return `target` if it is a path of this site, else `fallback`, which prevents open redirects. */
export function safeRedirect(target: unknown, fallback = '/'): string {
  if (typeof target !== 'string' || !target.startsWith('/')) return fallback
  const url = parse(target)
  return url?.origin === location.origin ? url.pathname + url.search + url.hash : fallback
}

function parse(target: string): URL | null {
  try {
    return new URL(target, location.origin)
  } catch {
    return null
  }
}
