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
    days: ['2026-05-03', '2026-05-04'],
    counts: [
      { name: 'paid_invoices', total: 1200, per_day: [1, 2] },
      { name: 'refunds', total: 8, per_day: [] },
    ],
  },
  product: null,
}
