import { defineStore } from 'pinia'
import { markRaw, onScopeDispose, watch } from 'vue'

import { onWrite } from '@/api/apiClient'
import { makeQueryClient } from '@/api/queryClient'

import { useSessionStore } from './session'

/**
 * What the API answered to this user, cached until another one signs in.
 *
 * In components, `useQueryClient()` of vue-query returns the same client.
 */
export const useQueriesStore = defineStore('queries', () => {
  const session = useSessionStore()
  const client = markRaw(makeQueryClient())

  client.mount()
  // No change may be forgotten: pages ask again when they are next opened. What they show, features invalidate.
  onWrite(() => void client.invalidateQueries({ refetchType: 'none' }))
  watch(
    () => session.user?.id,
    () => {
      client.clear()
    },
    { flush: 'sync' },
  )
  onScopeDispose(() => {
    client.unmount()
    client.clear()
    onWrite(() => undefined)
  })

  return { client }
})
