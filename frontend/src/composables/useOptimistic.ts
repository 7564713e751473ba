import { type QueryClient, type QueryKey, useMutation, useQueryClient } from '@tanstack/vue-query'

import type { Undo } from '@/api/cachedLists'
import { cancel, invalidate } from '@/api/queryClient'
import { useSnackbarStore } from '@/store/snackbar'

interface Change<Subject> {
  /** The part of the API that changes, from a generated function. */
  key: QueryKey
  /** Changes what is cached, as if the API had agreed. */
  show: (client: QueryClient, subject: Subject) => Undo
  send: (subject: Subject) => Promise<unknown>
  onDone?: () => unknown
}

/**
 * A change that is shown before the API has answered. If it refuses, what was there before returns, and a message says
 * why. It goes on when the user leaves the page.
 */
export function useOptimistic<Subject>({ key, show, send, onDone }: Change<Subject>) {
  const client = useQueryClient()
  const snackbar = useSnackbarStore()

  return useMutation({
    mutationFn: send,
    onMutate: async (subject: Subject) => {
      // An answer from before the change would undo what is shown.
      await cancel(client, key)
      return show(client, subject)
    },
    onSuccess: () => onDone?.(),
    onError: (error, _subject, undo) => {
      undo?.()
      snackbar.error(error)
    },
    onSettled: () => {
      void invalidate(client, key)
    },
  })
}
