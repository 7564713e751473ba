import type { CommentResponse } from '@/api/generated/client'

import { observe, pageOf } from '../api'
import { byNobody, post } from '../posts'

export const comment: CommentResponse = {
  id: '01980000-0000-7000-8000-0000000000c1',
  post_id: post.id,
  author: byNobody,
  content: 'Well said.',
  created_at: '2026-05-06T09:30:00Z',
}

/** Answer that a post has no comments: every page of a post asks for them. */
export default function answerComments(): void {
  observe('get', '/api/posts/:id/comments', pageOf([], { total: 0 }))
}
