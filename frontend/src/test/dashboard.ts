import type { DashboardResponse } from '@/api/generated/client'

import { ada } from './api'

export const dashboard: DashboardResponse = {
  user: ada,
  session: {
    id: '01980000-0000-7000-8000-0000000000d1',
    created_at: '2026-05-04T09:30:00Z',
    expires_at: '2026-06-04T09:30:00Z',
    last_seen_at: '2026-05-04T09:30:00Z',
    ip_address: null,
    user_agent: null,
    is_current: true,
  },
  open_sessions: 2,
  unread_notifications: 1,
  activity: {
    posts: 1200,
    published: 8,
    comments_received: 3,
    days: [
      { day: '2026-05-03', posts: 1, comments: 0 },
      { day: '2026-05-04', posts: 2, comments: 1 },
    ],
  },
  product: null,
}
