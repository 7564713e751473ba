import { mdiAccountOutline } from '@mdi/js'

import { listAccounts } from '@/api/generated/client'
import type { Feature, Found } from '@/utils/features'

const FOUND = 5

export default {
  counts: { users: { title: 'users.counts.all', order: 1 } },
  search: { title: 'users.pages.list', icon: mdiAccountOutline, permission: 'read:users', find },
} satisfies Feature

async function find(text: string): Promise<Found[]> {
  const { data } = await listAccounts({ q: text, limit: FOUND })
  return data.map(({ id, name, email }) => ({
    title: name ?? email,
    subtitle: name ? email : undefined,
    to: { name: 'user', params: { id } },
  }))
}
