import type { AccountResponse, Permission } from '@/api/generated/client'

import { ada, answer } from './api'

export const grace: AccountResponse = {
  id: '01980000-0000-7000-8000-000000000002',
  email: 'grace@example.com',
  name: 'Grace',
  is_verified: true,
  is_active: true,
  roles: ['member'],
  permissions: [],
  version: 3,
  created_at: '2026-05-04T09:30:00Z',
  invitation_expires_at: null,
}

export function asAdministrator(permissions: Permission[] = ['read:users', 'write:users', 'read:audit']): void {
  answer('get', '/api/users/me', { body: { data: { ...ada, permissions } } })
}
