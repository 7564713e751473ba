import type { AuthorResponse } from '@/api/generated/client'
import { useSessionStore } from '@/store/session'

/** The user's permissions on posts and comments, to hide actions that the API would refuse. */
export function usePostPermissions() {
  const session = useSessionStore()

  function mayChange({ author }: { author: AuthorResponse }): boolean {
    return author.id === session.user?.id || session.can('write:posts')
  }

  return { mayChange }
}
