import type { AuthorResponse } from '@/api/generated/client'
import { t } from '@/i18n'
import { useSessionStore } from '@/store/session'

/** Limit of the API. */
export const QUERY_MAX_LENGTH = 200

/** Return the name of an author for the current user. Users without a name are identified by the end of their id. */
export function nameOfAuthor(author: AuthorResponse): string {
  return author.id === useSessionStore().user?.id
    ? t('posts.post.you')
    : (author.name ?? t('posts.post.member', { end: author.id.slice(-4) }))
}
