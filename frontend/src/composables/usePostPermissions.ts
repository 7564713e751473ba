import type { AuthorResponse } from '@/api/generated/client'
import { useSessionStore } from '@/store/session'

/** What the user may do with posts and what belongs to them. Hides actions that the API would refuse. */
export function usePostPermissions() {
  const session = useSessionStore()

  function mayChange({ author }: { author: AuthorResponse }): boolean {
    return author.id === session.user?.id || session.can('write:posts')
  }

  return { mayChange }
}
