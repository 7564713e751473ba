import type { JobResponse, JobsOverviewResponse, Permission } from '@/api/generated/client'

import { ada, answer } from './api'

export const job: JobResponse = {
  id: '01980000-0000-7000-8000-000000000101',
  task: 'send_email',
  queue: 'default',
  priority: 0,
  state: 'pending',
  payload: { user_id: 'ada' },
  attempt: 2,
  max_attempts: 10,
  created_at: '2026-05-04T09:30:00Z',
  available_at: '2026-05-04T09:31:00Z',
  finished_at: null,
  last_error: null,
  request_id: null,
}

export const overview: JobsOverviewResponse = {
  tasks: ['clean_up', 'send_email'],
  queues: [{ queue: 'default', pending: 3, sent: 2, running: 1, dead: 7, oldest_due_seconds: 121.4 }],
  finished: [
    { minute: '2026-05-04T09:29:00Z', done: 40, dead: 0 },
    { minute: '2026-05-04T09:30:00Z', done: 2, dead: 3 },
  ],
}

export function asOperator(permissions: Permission[] = ['read:jobs', 'write:jobs']): void {
  answer('get', '/api/users/me', { body: { data: { ...ada, permissions } } })
}
