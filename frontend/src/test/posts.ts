import type { AuthorResponse, PostResponse, PostSummaryResponse } from '@/api/generated/client'

import { ada } from './api'

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
  comment_count: 0,
  created_at: '2026-05-04T09:30:00Z',
  updated_at: '2026-05-05T09:30:00Z',
}

const { content, ...shown } = post
export const summary: PostSummaryResponse = { ...shown, excerpt: content.slice(0, 16) }
