import { readonly, type Ref, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { keepLinkToken, keptLinkToken } from '@/utils/linkToken'

/**
 * Return the token of an email link, or an empty string, and remove it from the address bar and the history.
 *
 * A reload finds it again until the page calls `forgetLinkToken()` or is left. It changes when another link is pasted.
 */
export function useLinkToken(): Readonly<Ref<string>> {
  const route = useRoute()
  const router = useRouter()
  const { path } = route
  const token = ref(keptLinkToken(path))

  watch(() => (route.path === path ? tokenIn(route.hash) : null), take, { immediate: true })

  function take(found: string | null): void {
    if (!found) return
    token.value = found
    keepLinkToken(path, found)
    void router.replace({ path, query: route.query, hash: '' })
  }

  return readonly(token)
}

function tokenIn(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('token')
}
