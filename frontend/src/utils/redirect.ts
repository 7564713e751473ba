/** Return `target` if it is a path of this site, else `fallback`, which prevents open redirects. */
export function safeRedirect(target: unknown, fallback = '/'): string {
  if (typeof target !== 'string' || !target.startsWith('/')) return fallback
  const url = parse(target)
  // `/.//host` is a path, and becomes `//host`, which is another site.
  if (url?.origin !== location.origin || url.pathname.startsWith('//')) return fallback
  return url.pathname + url.search + url.hash
}

/** Return the address of a path of this site. Resolved against the current address, `//host` would be another site. */
export function addressOf(path: string): string {
  return new URL(location.origin + path).href
}

function parse(target: string): URL | null {
  try {
    return new URL(target, location.origin)
  } catch {
    return null
  }
}
