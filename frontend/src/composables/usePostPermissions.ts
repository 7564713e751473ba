import { useSessionStore } from '@/store/session'

/** What the user may do with posts and comments; hides what the API would refuse. */
export function usePostPermissions() {
  const session = useSessionStore()

  function mayChange({ author_id: author }: { author_id: string }): boolean {
    return author === session.user?.id || session.can('write:posts')
  }

  return { mayChange }
}
