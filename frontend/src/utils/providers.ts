/** Return the address that leaves for a provider; the browser comes back to `redirect`, signed in. */
export function startAddress(provider: string, query: { redirect: string; again?: 'true' }): string {
  return `/api/auth/oidc/${encodeURIComponent(provider)}/start?${new URLSearchParams(query).toString()}`
}
