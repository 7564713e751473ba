import { useRoute, useRouter } from 'vue-router'

/** Return the token of an email link and remove it from the address bar and the history. */
export function useLinkToken(): string {
  const route = useRoute()
  const router = useRouter()
  const token = new URLSearchParams(route.hash.slice(1)).get('token') ?? ''
  if (token) void router.replace({ path: route.path, query: route.query, hash: '' })
  return token
}
