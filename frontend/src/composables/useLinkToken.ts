import { useRoute, useRouter } from 'vue-router'

/** Take the token out of a mail's link, and out of the address bar and the history, where others may read it. */
export function useLinkToken(): string {
  const route = useRoute()
  const router = useRouter()
  const token = new URLSearchParams(route.hash.slice(1)).get('token') ?? ''
  if (token) void router.replace({ path: route.path, query: route.query, hash: '' })
  return token
}
