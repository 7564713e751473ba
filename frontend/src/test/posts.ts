import type {
  AuthorResponse,
  CommentResponse,
  ListMeta,
  PostResponse,
  PostSummaryResponse,
} from '@/api/generated/client'

import { ada, answer, refusal } from './api'

const POST_ID = '01980000-0000-7000-8000-00000000000a'

const byAda: AuthorResponse = { id: ada.id, name: ada.name, avatar_url: null }
export const byNobody: AuthorResponse = { id: '01980000-0000-7000-8000-00000000beef', name: null, avatar_url: null }

export const post: PostResponse = {
  id: POST_ID,
  author: byAda,
  title: 'On engines',
  subtitle: null,
  content: 'First paragraph.\n\nSecond <b>paragraph</b>.',
  published: true,
  version: 3,
  comment_count: 2,
  created_at: '2026-05-04T09:30:00Z',
  updated_at: '2026-05-05T09:30:00Z',
}

const { content, ...shown } = post
export const summary: PostSummaryResponse = { ...shown, excerpt: content.slice(0, 16) }

export const comment: CommentResponse = {
  id: '01980000-0000-7000-8000-0000000000c1',
  post_id: POST_ID,
  author: byNobody,
  content: 'Well said.',
  created_at: '2026-05-06T09:30:00Z',
}

/** Return a response with one page of a list. */
export function pageOf(data: object[], meta: Partial<ListMeta> = {}) {
  return { body: { data, meta: { limit: 20, next_cursor: null, ...meta } } }
}

export function asGuest(): void {
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))
}

export function asAda(): void {
  answer('get', '/api/users/me', { body: { data: ada } })
}
