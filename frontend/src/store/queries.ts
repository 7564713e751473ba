import type { QueryClient } from '@tanstack/vue-query'
import { defineStore } from 'pinia'
import { markRaw, onScopeDispose, watch } from 'vue'

import { onWrite, type Write } from '@/api/apiClient'
import { makeQueryClient } from '@/api/queryClient'

import { listen } from './liveQueries'
import { useSessionStore } from './session'

/**
 * Responses of the API to this user, cached until another one signs in.
 *
 * In components, `useQueryClient()` of vue-query returns the same client.
 */
export const useQueriesStore = defineStore('queries', () => {
  const session = useSessionStore()
  const client = markRaw(makeQueryClient())

  client.mount()
  onWrite((write) => {
    keepUp(client, write)
  })
  const stopListening = listen(client)
  watch(
    () => session.user?.id,
    () => {
      client.clear()
    },
    { flush: 'sync' },
  )
  onScopeDispose(() => {
    stopListening()
    client.unmount()
    client.clear()
    onWrite(() => undefined)
  })

  return { client }
})

/**
 * Keep up with a change. All that is cached is out of date: pages ask again when they are next opened, so no change can
 * be forgotten. Keys are addresses, so what was changed or deleted is replaced or removed at once.
 */
function keepUp(client: QueryClient, { method, url, body }: Write): void {
  const queryKey = url.slice(1).split('/')
  void client.invalidateQueries({ refetchType: 'none' })
  if (method === 'delete') client.removeQueries({ queryKey, type: 'inactive' })
  if ((method === 'put' || method === 'patch') && body) client.setQueryData(queryKey, (old: unknown) => old && body)
}
