import { apiAddress } from '@/api/address'

/** Return the URL that starts a sign-in at a provider, which returns to `redirect`. */
export function startAddress(provider: string, query: { redirect: string; again?: 'true' }): string {
  return apiAddress(`/api/auth/oidc/${encodeURIComponent(provider)}/start?${new URLSearchParams(query).toString()}`)
}
