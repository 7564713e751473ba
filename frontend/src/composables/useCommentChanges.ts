import { useQueryClient } from '@tanstack/vue-query'

import { changePages, withoutItem } from '@/api/cachedLists'
import {
  type CommentResponse,
  createComment,
  deleteComment,
  getListCommentsQueryKey,
  getListPostsQueryKey,
  type ListingCommentResponse,
} from '@/api/generated/client'
import { useSessionStore } from '@/store/session'
import { authorOf } from '@/utils/avatars'
import { randomId } from '@/utils/random'

import { useOptimistic } from './useOptimistic'

const PENDING = 'pending-'

/** Return whether a comment is shown before the API has it. */
export function isPending({ id }: CommentResponse): boolean {
  return id.startsWith(PENDING)
}

/** Delete a comment, before the API has answered. */
export function useDeleteComment() {
  const { mutate } = useOptimistic<CommentResponse>({
    key: getListPostsQueryKey(),
    show: (client, { id, post_id: postId }) =>
      changePages<ListingCommentResponse>(client, getListCommentsQueryKey(postId), withoutItem(id)),
    send: ({ id }) => deleteComment(id),
  })
  return (comment: CommentResponse): Promise<void> => {
    mutate(comment)
    return Promise.resolve()
  }
}

/** Return a function that shows a comment, then sends it. Rejects as the API does, and takes it back. */
export function useCreateComment(postId: string) {
  const client = useQueryClient()
  const session = useSessionStore()
  const key = getListCommentsQueryKey(postId)

  function show(comment: CommentResponse): void {
    changePages<ListingCommentResponse>(client, key, (page, { isFirst, isLast }) => ({
      data: isLast ? [...page.data, comment] : page.data,
      meta: { ...page.meta, ...(isFirst && typeof page.meta.total === 'number' && { total: page.meta.total + 1 }) },
    }))
  }

  return async (content: string, idempotencyKey: string): Promise<void> => {
    const pending = draft(content)
    show(pending)
    try {
      const { data } = await createComment(postId, { content }, { 'idempotency-key': idempotencyKey })
      hide(pending)
      show(data)
    } catch (error) {
      hide(pending)
      throw error
    }
  }

  function hide({ id }: CommentResponse): void {
    changePages<ListingCommentResponse>(client, key, withoutItem(id))
  }

  function draft(content: string): CommentResponse {
    const author = authorOf(session.user)
    return { id: PENDING + randomId(), post_id: postId, author, content, created_at: new Date().toISOString() }
  }
}
